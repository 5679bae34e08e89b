/* The floor of tests/bench/hsm: what a PKCS#11 module does for a C program with nothing around it.
 *
 *   hsm MODULE TOKEN_LABEL OPERATION THREADS SECONDS     the PIN comes on standard input; prints operations a second
 *                                                        and the microseconds of processor time of one
 *
 * OPERATION is `unwrap` (AES-GCM of 32 bytes by the key `root`), `ec` or `rsa` (a signature by the key of that label). Every
 * thread has a session of its own and runs for a second before it counts. 64-bit Linux; no headers of PKCS#11 are needed. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

typedef uint64_t word;
typedef word function(word, word, word, word, word);
struct list { word version; function *at[68]; };
struct mechanism { word type; void *parameter; word length; };
struct gcm { uint8_t *iv; word iv_bytes, iv_bits; void *aad; word aad_bytes, tag_bits; };
struct attribute { word type; void *value; word length; };
enum { INITIALIZE = 0, GET_SLOTS = 4, TOKEN_INFO = 6, OPEN = 12, LOGIN = 18, FIND_INIT = 26, FIND = 27, FIND_FINAL = 28,
       ENCRYPT_INIT = 29, ENCRYPT = 30, DECRYPT_INIT = 33, DECRYPT = 34, SIGN_INIT = 42, SIGN = 43 };
enum { CKA_CLASS = 0, CKA_LABEL = 3, SECRET_KEY = 4, PRIVATE_KEY = 3, AES_GCM = 0x1087, ECDSA = 0x1041, RSA_PKCS = 1 };

static struct list *module;
static word slot, seconds;
static const char *operation;
static volatile int counting, over;

static void must(word answer, const char *what) {
  if (answer) { fprintf(stderr, "%s: 0x%lx\n", what, (unsigned long)answer); exit(1); }
}

static word call(int at, word a, word b, word c, word d, word e) { return module->at[at](a, b, c, d, e); }

static word key(word session, word class, const char *label) {
  struct attribute wanted[] = {{CKA_CLASS, &class, 8}, {CKA_LABEL, (void *)label, strlen(label)}};
  word found = 0, count = 0;
  must(call(FIND_INIT, session, (word)wanted, 2, 0, 0), "C_FindObjectsInit");
  must(call(FIND, session, (word)&found, 1, (word)&count, 0), "C_FindObjects");
  must(call(FIND_FINAL, session, 0, 0, 0, 0), "C_FindObjectsFinal");
  must(count != 1, label);
  return found;
}

static void *work(void *result) {
  word session, done = 0, length;
  uint8_t iv[12] = {1}, plain[32] = {2}, blob[64], out[1024], aad[64] = {3}, info[51];
  struct gcm gcm = {iv, 12, 96, aad, sizeof aad, 128};
  struct mechanism aes = {AES_GCM, &gcm, sizeof gcm}, how = {*operation == 'e' ? ECDSA : RSA_PKCS, 0, 0};
  int unwrap = *operation == 'u';
  must(call(OPEN, slot, 4, 0, 0, (word)&session), "C_OpenSession");
  word handle = unwrap ? key(session, SECRET_KEY, "root") : key(session, PRIVATE_KEY, operation);
  word blob_length = sizeof blob;
  memset(info, 4, sizeof info);
  if (unwrap) {
    must(call(ENCRYPT_INIT, session, (word)&aes, handle, 0, 0), "C_EncryptInit");
    must(call(ENCRYPT, session, (word)plain, sizeof plain, (word)blob, (word)&blob_length), "C_Encrypt");
  }
  while (!over) {
    length = sizeof out;
    if (unwrap) {
      must(call(DECRYPT_INIT, session, (word)&aes, handle, 0, 0), "C_DecryptInit");
      must(call(DECRYPT, session, (word)blob, blob_length, (word)out, (word)&length), "C_Decrypt");
    } else {
      must(call(SIGN_INIT, session, (word)&how, handle, 0, 0), "C_SignInit");
      must(call(SIGN, session, (word)info, *operation == 'e' ? 32 : sizeof info, (word)out, (word)&length), "C_Sign");
    }
    done += counting;
  }
  *(word *)result = done;
  return 0;
}

/* Microseconds that this process has used. */
static double processor(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return 1e6 * (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static void pick(const char *label) {
  word slots[64], count = 64;
  uint8_t info[256];
  must(call(GET_SLOTS, 1, (word)slots, (word)&count, 0, 0), "C_GetSlotList");
  for (word i = 0; i < count; i++) {
    must(call(TOKEN_INFO, slots[i], (word)info, 0, 0, 0), "C_GetTokenInfo");
    if (!memcmp(info, label, strlen(label)) && info[strlen(label)] == ' ') { slot = slots[i]; return; }
  }
  must(1, "no such token");
}

int main(int count, char **words) {
  if (count != 6) { fprintf(stderr, "hsm MODULE TOKEN_LABEL OPERATION THREADS SECONDS\n"); return 1; }
  char pin[256];
  if (!fgets(pin, sizeof pin, stdin)) return 1;
  pin[strcspn(pin, "\n")] = 0;
  void *library = dlopen(words[1], RTLD_NOW);
  word (*list)(struct list **) = library ? (word(*)(struct list **))dlsym(library, "C_GetFunctionList") : 0;
  must(!list || list(&module), "C_GetFunctionList");
  word arguments[6] = {0, 0, 0, 0, 2, 0};
  must(call(INITIALIZE, (word)arguments, 0, 0, 0, 0), "C_Initialize");
  pick(words[2]);
  operation = words[3];
  int threads = atoi(words[4]);
  seconds = (word)atoi(words[5]);
  word session, sum = 0, done[64] = {0};
  pthread_t thread[64];
  must(call(OPEN, slot, 4, 0, 0, (word)&session), "C_OpenSession");
  must(call(LOGIN, session, 1, (word)pin, strlen(pin), 0), "C_Login");
  for (int i = 0; i < threads; i++) must((word)pthread_create(&thread[i], 0, work, &done[i]), "thread");
  struct timespec second = {1, 0}, whole = {(time_t)seconds, 0};
  nanosleep(&second, 0);
  double begun = processor();
  counting = 1;
  nanosleep(&whole, 0);
  counting = 0;
  double used = processor() - begun;
  over = 1;
  for (int i = 0; i < threads; i++) { pthread_join(thread[i], 0); sum += done[i]; }
  printf("%lu %.1f\n", (unsigned long)(sum / seconds), sum ? used / (double)sum : 0);
  return 0;
}
