/* Makes fsync and fdatasync take at least 5 ms, in whatever thread they are called, and slows nothing else. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static const long least = 5000000; /* ns */

static int slowed(const char *name, int descriptor) {
  struct timespec began, now;
  clock_gettime(CLOCK_MONOTONIC, &began);
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  int result = real(descriptor);
  clock_gettime(CLOCK_MONOTONIC, &now);
  long rest = least - ((now.tv_sec - began.tv_sec) * 1000000000L + now.tv_nsec - began.tv_nsec);
  if (rest > 0) {
    struct timespec pause = {0, rest};
    nanosleep(&pause, 0);
  }
  return result;
}

int fsync(int descriptor) { return slowed("fsync", descriptor); }
int fdatasync(int descriptor) { return slowed("fdatasync", descriptor); }
