/* Kills its process at the moment that a file says, for tests/server/crash.
 *
 *   gcc -shared -fPIC -o die.so die.c -ldl;  LD_PRELOAD=die.so CONTROL=file program
 *
 * The file holds one 8-byte number: 0 for never, else how many moments from now on. Every fsync and fdatasync of the process has
 * two: before it and after it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static _Atomic int64_t *left;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("CONTROL");
  int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  void *mapped = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *left, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  left = mapped == MAP_FAILED ? NULL : mapped;
  if (file >= 0) close(file);
}

static void moment(void) {
  int64_t before = left ? atomic_load(left) : 0;
  while (before > 0 && !atomic_compare_exchange_weak(left, &before, before - 1)) {}
  if (before == 1) kill(getpid(), SIGKILL);
}

static int synced(const char *name, int file) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  moment();
  int result = real(file);
  moment();
  return result;
}

int fsync(int file) { return synced("fsync", file); }
int fdatasync(int file) { return synced("fdatasync", file); }
