/* Makes every fsync and fdatasync of a process cost MICROSECONDS more: asleep, not at work.
 *
 * Loaded before everything else (LD_PRELOAD), so that a disk of a stated speed stands under a
 * measure and a ratio repeats.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <time.h>
#include <unistd.h>

#ifndef MICROSECONDS
#error "say how long: -DMICROSECONDS=1000"
#endif

static void wait_for_the_disk(void) {
    struct timespec left = {MICROSECONDS / 1000000, MICROSECONDS % 1000000 * 1000};
    int kept = errno;
    /* A signal ends the sleep early, and PostgreSQL's processes get many. */
    while (nanosleep(&left, &left) == -1 && errno == EINTR) {
    }
    errno = kept;
}

int fdatasync(int file) {
    static int (*real)(int);
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, "fdatasync");
    int result = real(file);
    wait_for_the_disk();
    return result;
}

int fsync(int file) {
    static int (*real)(int);
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, "fsync");
    int result = real(file);
    wait_for_the_disk();
    return result;
}
