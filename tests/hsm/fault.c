/* A PKCS#11 module that stands before another one and misbehaves on demand.
 *
 *   gcc -shared -fPIC -Wall -Werror -DBEHIND='"/path/real.so"' -DCONTROL='"/path/control"' -o fault.so fault.c -ldl
 *
 * CONTROL is a file of PLACES structs `rule`, mapped and shared, one per function in the order of CK_FUNCTION_LIST (pkcs11f.h);
 * a test writes rules into it and reads the counters out of it while the module runs. The last place is no function: its
 * `answer` is a set of HABITS, ways in which real tokens differ from the standard. Without -D the two paths are read from
 * the environment (FAULT_BEHIND, FAULT_CONTROL). 64-bit Linux; no headers of PKCS#11 are needed. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#ifndef BEHIND
#define BEHIND getenv("FAULT_BEHIND")
#endif
#ifndef CONTROL
#define CONTROL getenv("FAULT_CONTROL")
#endif

typedef uint64_t word;
enum { FUNCTIONS = 68, PLACES = FUNCTIONS + 1, GET_FUNCTION_LIST = 3, GET_TOKEN_INFO = 6, GET_MECHANISM_LIST = 7, GET_ATTRIBUTES = 24, ENCRYPT_INIT = 29, ENCRYPT = 30, SIGN = 43, GENERATE_KEY = 58, GENERATE_PAIR = 59 };
enum { CKA_ENCRYPT = 0x104, CKA_DERIVE = 0x10c };
enum { FLAGS_AT = 96, FLAG_WRITE_PROTECTED = 2, FLAG_FINAL_TRY = 0x20000, FLAG_LOCKED = 0x40000 };
enum { AES_GCM = 0x1087, VENDOR_DEFINED = 0x80000000, AES_CBC = 0x1082, AES_CBC_PAD = 0x1085, GENERAL_ERROR = 5, NOT_SUPPORTED = 0x54, BAD_MECHANISM = 0x70, BAD_PARAMETER = 0x71, TOO_SMALL = 0x150 };
enum habit {
  TOKEN_WRITES_IV = 1,  /* AES-GCM takes zeros only and writes the IV it chose over them (CloudHSM) */
  TOKEN_APPENDS_IV = 2, /* AES-GCM ignores the IV it is given and puts its own behind the tag (Luna, FIPS mode) */
  NO_GCM = 4,
  NO_CBC = 8,
  NO_SECRET_KEYS = 16,  /* promises C_GenerateKey and does not do it (tpm2-pkcs11) */
  PIN_FINAL_TRY = 32,   /* says that one more wrong PIN locks it */
  PIN_LOCKED = 64,      /* says that the PIN is locked */
  NO_CBC_PAD = 128,     /* does AES-CBC, but leaves the padding to others */
  READ_ONLY = 256,      /* says that it is write-protected */
  GCM_UNLISTED = 512,   /* does not list AES-GCM among its mechanisms */
  NO_LIMITS = 1024,     /* makes no key that is told what it may not do (tpm2-pkcs11) */
  BAD_LENGTHS = 2048    /* has large numbers of its own for "no length" */
};

struct rule {
  _Atomic word calls;    /* counted here, also when nothing is to fail */
  _Atomic word times;    /* how many calls the rule still holds for */
  _Atomic word answer;   /* CKR to return; 0 passes the call on */
  _Atomic word delay_ms; /* wait first; setting it to 0 ends the wait */
  _Atomic word after;    /* 1: do the call all the same and lose its answer; 2: abort(); 3: read where no memory is */
};

struct function_list { word version; void *function[FUNCTIONS]; };
struct mechanism { word type; void *parameter; word length; };
struct attribute { word type; void *value; word length; };
struct gcm { uint8_t *iv; word iv_bytes, iv_bits; void *aad; word aad_bytes, tag_bits; };

typedef word any(word, word, word, word, word, word, word, word);

static struct function_list *behind, front;
static struct rule *rules;
static _Thread_local uint8_t own_iv[12];
static _Thread_local int appending;

static word habits(void) { return rules[FUNCTIONS].answer; }

static int applies(struct rule *rule) {
  word left = rule->times;
  while (left && !atomic_compare_exchange_weak(&rule->times, &left, left - 1)) {}
  return left != 0;
}

static word pass(int place, word a, word b, word c, word d, word e, word f, word g, word h) {
  struct rule *rule = &rules[place];
  rule->calls++;
  if (!applies(rule)) return ((any *)behind->function[place])(a, b, c, d, e, f, g, h);
  word answer = rule->answer, after = rule->after;
  for (word slept = 0; slept < rule->delay_ms; slept += 5) usleep(5000);
  if (after == 2) abort();
  if (after == 3) return *(volatile word *)8;
  if (answer && !after) return answer;
  word real = ((any *)behind->function[place])(a, b, c, d, e, f, g, h);
  return answer ? answer : real;
}

static int all_zero(const uint8_t *bytes, word count) {
  while (count) if (bytes[--count]) return 0;
  return 1;
}

static word encrypt_init(word session, word how, word key, word d, word e, word f, word g, word h) {
  struct mechanism mechanism = *(struct mechanism *)how;
  struct gcm gcm;
  appending = mechanism.type == AES_GCM && habits() & TOKEN_APPENDS_IV;
  if (mechanism.type == AES_CBC_PAD && habits() & (NO_CBC | NO_CBC_PAD)) return BAD_MECHANISM;
  if (mechanism.type == AES_CBC && habits() & NO_CBC) return BAD_MECHANISM;
  if (mechanism.type == AES_GCM && habits() & NO_GCM) return BAD_MECHANISM;
  if (mechanism.type == AES_GCM && habits() & (TOKEN_WRITES_IV | TOKEN_APPENDS_IV)) {
    memcpy(&gcm, mechanism.parameter, sizeof gcm);
    if (getrandom(own_iv, sizeof own_iv, 0) != sizeof own_iv) return GENERAL_ERROR;
    if (habits() & TOKEN_WRITES_IV) {
      if (gcm.iv_bytes != sizeof own_iv || !all_zero(gcm.iv, gcm.iv_bytes)) return BAD_PARAMETER;
      memcpy(gcm.iv, own_iv, sizeof own_iv);
    }
    gcm.iv = own_iv;
    gcm.iv_bytes = sizeof own_iv;
    gcm.iv_bits = 8 * sizeof own_iv;
    mechanism.parameter = &gcm;
  }
  return pass(ENCRYPT_INIT, session, (word)&mechanism, key, d, e, f, g, h);
}

static word encrypt(word session, word data, word length, word to, word room, word f, word g, word h) {
  word capacity = *(word *)room;
  word answer = pass(ENCRYPT, session, data, length, to, room, f, g, h);
  if (!answer && appending && to && *(word *)room + sizeof own_iv <= capacity) {
    memcpy((uint8_t *)to + *(word *)room, own_iv, sizeof own_iv);
    *(word *)room += sizeof own_iv;
  }
  return answer;
}

/* Whether a template forbids any use. */
static int limits(struct attribute *template, word count) {
  for (word i = 0; i < count; i++)
    if (template[i].type >= CKA_ENCRYPT && template[i].type <= CKA_DERIVE && template[i].length == 1 && !*(uint8_t *)template[i].value) return 1;
  return 0;
}

static word generate_key(word a, word b, word c, word d, word e, word f, word g, word h) {
  if (habits() & NO_LIMITS && limits((struct attribute *)c, d)) return GENERAL_ERROR;
  return habits() & NO_SECRET_KEYS ? NOT_SUPPORTED : pass(GENERATE_KEY, a, b, c, d, e, f, g, h);
}

static word generate_pair(word a, word b, word c, word d, word e, word f, word g, word h) {
  if (habits() & NO_LIMITS && (limits((struct attribute *)c, d) || limits((struct attribute *)e, f))) return GENERAL_ERROR;
  return pass(GENERATE_PAIR, a, b, c, d, e, f, g, h);
}

static word get_attributes(word session, word object, word template, word count, word e, word f, word g, word h) {
  word answer = pass(GET_ATTRIBUTES, session, object, template, count, e, f, g, h);
  for (word i = 0; habits() & BAD_LENGTHS && i < count; i++)
    if (((struct attribute *)template)[i].length == (word)-1) ((struct attribute *)template)[i].length = (word)1 << 62;
  return answer;
}

static word sign(word session, word data, word length, word to, word room, word f, word g, word h) {
  if (!(habits() & BAD_LENGTHS)) return pass(SIGN, session, data, length, to, room, f, g, h);
  rules[SIGN].calls++;
  *(word *)room = (word)-1;
  return TOO_SMALL;
}

static word get_token_info(word slot, word info, word c, word d, word e, word f, word g, word h) {
  word answer = pass(GET_TOKEN_INFO, slot, info, c, d, e, f, g, h);
  if (!answer && habits() & PIN_FINAL_TRY) *(word *)(info + FLAGS_AT) |= FLAG_FINAL_TRY;
  if (!answer && habits() & READ_ONLY) *(word *)(info + FLAGS_AT) |= FLAG_WRITE_PROTECTED;
  if (!answer && habits() & PIN_LOCKED) *(word *)(info + FLAGS_AT) |= FLAG_LOCKED;
  return answer;
}

static word get_mechanism_list(word slot, word list, word count, word d, word e, word f, word g, word h) {
  word answer = pass(GET_MECHANISM_LIST, slot, list, count, d, e, f, g, h);
  if (!answer && list && habits() & GCM_UNLISTED)
    for (word i = 0; i < *(word *)count; i++) if (((word *)list)[i] == AES_GCM) ((word *)list)[i] = VENDOR_DEFINED;
  return answer;
}

#define EACH(M) \
  M(0) M(1) M(2) M(4) M(5) M(8) M(9) M(10) M(11) M(12) M(13) M(14) M(15) M(16) M(17) M(18) M(19) M(20) M(21) \
  M(22) M(23) M(25) M(26) M(27) M(28) M(31) M(32) M(33) M(34) M(35) M(36) M(37) M(38) M(39) M(40) \
  M(41) M(42) M(44) M(45) M(46) M(47) M(48) M(49) M(50) M(51) M(52) M(53) M(54) M(55) M(56) M(57) \
  M(60) M(61) M(62) M(63) M(64) M(65) M(66) M(67)
#define STUB(n) \
  static word stub##n(word a, word b, word c, word d, word e, word f, word g, word h) { return pass(n, a, b, c, d, e, f, g, h); }
EACH(STUB)

static int open_control(void) {
  int fd = open(CONTROL, O_RDWR | O_CLOEXEC);
  if (fd < 0) return 0;
  rules = mmap(0, PLACES * sizeof *rules, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  return rules != MAP_FAILED;
}

word C_GetFunctionList(struct function_list **out) {
  if (!behind) {
    void *library = dlopen(BEHIND, RTLD_NOW | RTLD_LOCAL);
    word (*list)(struct function_list **) = library ? dlsym(library, "C_GetFunctionList") : 0;
    if (!list || !open_control() || list(&behind)) return GENERAL_ERROR;
    front.version = behind->version;
#define ENTER(n) front.function[n] = stub##n;
    EACH(ENTER)
    front.function[GET_FUNCTION_LIST] = C_GetFunctionList;
    front.function[GET_TOKEN_INFO] = get_token_info;
    front.function[GET_MECHANISM_LIST] = get_mechanism_list;
    front.function[GET_ATTRIBUTES] = get_attributes;
    front.function[SIGN] = sign;
    front.function[ENCRYPT_INIT] = encrypt_init;
    front.function[ENCRYPT] = encrypt;
    front.function[GENERATE_KEY] = generate_key;
    front.function[GENERATE_PAIR] = generate_pair;
  }
  *out = &front;
  return 0;
}
