# shellcheck shell=bash
# Sourced by the scripts. Sets JAVA_HOME to a JDK 25 found on this machine, or says how to get one and fails.
# Looks at JAVA_HOME, the java on the PATH, and where distributions and SDK managers put JDKs.
# Starts no process where it can be avoided: every command of the client waits for it.
jdk25_is() {
  local release
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  IFS= read -r -d '' release <"$1/release" || true
  [[ $release == *'JAVA_VERSION="25'[.\"]* ]]
}
jdk25_home() {
  local home javac
  for home in "${JAVA_HOME:-}" path /usr/lib/jvm/*25* /usr/lib/jvm/* /usr/java/*25* /opt/*jdk*25* /opt/java/* \
    "${HOME:-/root}"/.sdkman/candidates/java/25* "${HOME:-/root}"/.jdks/*25*; do
    if [ "$home" = path ]; then
      javac=$(readlink -f "$(type -P javac || echo /nonexistent/bin/javac)")
      home=${javac%/bin/javac}
    fi
    if jdk25_is "$home"; then
      JAVA_HOME=$home
      return 0
    fi
  done
  return 1
}
if ! jdk25_home; then
  cat >&2 <<'EOF'
casemate needs a JDK 25 and found none. Install one, then run this again:
  RHEL, Fedora:    dnf install java-25-openjdk-devel
  Debian, Ubuntu:  apt-get install openjdk-25-jdk-headless   (or Temurin: temurin-25-jdk)
or point JAVA_HOME at one.
EOF
  exit 1
fi
export JAVA_HOME
