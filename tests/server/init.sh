# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# A failed initialisation leaves nothing behind: the server says it is not initialised, and does it when the cause is gone.

SITE=init TOKEN=''
new_site init hsm
set_key generate_key false
shares='{"recovery_shares":1,"recovery_threshold":1}'

check "a server whose key is not on the token starts" start
check "it is not initialised" initialised false
check "initialising names the missing key" answers '[45]0[03]' 'root-key' PUT v1/sys/init --data "$shares"
check "it is still not initialised" initialised false
check "nor do shares that make no sense initialise it" answers 400 'errors' PUT v1/sys/init --data '{"recovery_shares":2,"recovery_threshold":3}'
check "nor a body that is none" answers 400 'errors' PUT v1/sys/init --data '{"recovery_shares":'
check "it is still not initialised" initialised false
check "stopped" stop
set_key generate_key true
check "it starts again" start
check "it is still not initialised" initialised false
check "with the cause mended it initialises and keeps a secret" found
check "once" answers 400 'already' PUT v1/sys/init --data "$shares"
check "stopped" stop
check "it starts again" start
check "and unseals itself" eval 'unsealed && canary'
check "stopped" stop
