/* Sends one request after another over many connections, and says how long the answers took.
 *
 *     load HOST PORT CLIENTS WARM SECONDS FIRST MEMBERS POOL MUST
 *
 * Each client has a connection that stays open and sends its next request when it has the answer to
 * the last. POOL holds the requests: for each, as 32-bit numbers, its length, where twelve digits of
 * an event's id stand in it and where six of a member's (0: nowhere), and then its bytes. Ids count
 * from FIRST, members are drawn from 0 to MEMBERS - 1. An answer is good if its status is 200 and
 * the text MUST stands in it. After WARM seconds it is measured for SECONDS; then nothing more is
 * sent, and what is on its way is waited for, so that every request that was sent is accounted for.
 *
 * Prints one line of JSON; times are in microseconds. The first answer that is not good goes to the
 * standard error output.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ROOM (1 << 18)  /* bytes of the longest answer */
#define PATIENCE 20000  /* milliseconds without any answer, after which it gives up */
#define ID_DIGITS 12
#define MEMBER_DIGITS 6

struct request {
    uint32_t length, id_at, member_at;
    char *bytes;
};

struct client {
    int socket;
    uint32_t got;      /* bytes of the answer that are here */
    uint32_t expected; /* its length with its head; 0: not known yet */
    int64_t sent_at;
    char *answer;
};

static struct request *pool;
static uint32_t requests;
static uint64_t next_id, members, drawn;
static const char *must;
static size_t must_length;
static uint64_t sent, good, bad;
static uint32_t *times;
static size_t measured, room_for_times;

static void fail(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, errno ? strerror(errno) : "not as it should be");
    exit(1);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

/* xorshift64*: the same members in the same order for the same FIRST. */
static uint64_t draw(void) {
    drawn ^= drawn >> 12;
    drawn ^= drawn << 25;
    drawn ^= drawn >> 27;
    return (drawn * 2685821657736338717ULL) >> 16;
}

static void write_digits(char *place, uint64_t number, int digits) {
    while (digits--) {
        place[digits] = '0' + number % 10;
        number /= 10;
    }
}

static void read_pool(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file || fread(&requests, 4, 1, file) != 1 || !requests) fail(path);
    pool = calloc(requests, sizeof *pool);
    for (uint32_t i = 0; i < requests; i++) {
        struct request *one = &pool[i];
        if (fread(one, 4, 3, file) != 3) fail(path);
        one->bytes = malloc(one->length);
        if (fread(one->bytes, 1, one->length, file) != one->length) fail(path);
    }
    fclose(file);
}

static void send_next(struct client *client) {
    struct request *one = &pool[sent % requests];
    if (one->id_at) write_digits(one->bytes + one->id_at, next_id++, ID_DIGITS);
    if (one->member_at) write_digits(one->bytes + one->member_at, draw() % members, MEMBER_DIGITS);
    client->got = client->expected = 0;
    client->sent_at = now();
    /* A request is far smaller than what a socket takes at once. */
    if (write(client->socket, one->bytes, one->length) != (ssize_t)one->length) fail("write");
    sent++;
}

/* Whether the whole answer is here. */
static int is_complete(struct client *client) {
    if (!client->expected) {
        char *end = memmem(client->answer, client->got, "\r\n\r\n", 4);
        if (!end) return 0;
        *end = 0;
        char *length = strcasestr(client->answer, "\r\ncontent-length:");
        *end = '\r';
        if (!length) errno = 0, fail("an answer without its length");
        client->expected = end + 4 - client->answer + strtoul(length + 17, NULL, 10);
        if (client->expected >= ROOM) errno = 0, fail("an answer is too long");
    }
    return client->got >= client->expected;
}

static void note(struct client *client, int measuring) {
    int is_good = client->got > 12 && !memcmp(client->answer + 8, " 200", 4) &&
                  memmem(client->answer, client->got, must, must_length);
    if (!is_good && !bad) fprintf(stderr, "%.*s\n", (int)client->got, client->answer);
    if (is_good) good++;
    else bad++;
    if (!measuring) return;
    if (measured == room_for_times) {
        room_for_times = room_for_times ? 2 * room_for_times : 1 << 20;
        times = realloc(times, room_for_times * sizeof *times);
        if (!times) fail("memory");
    }
    times[measured++] = now() - client->sent_at;
}

static int by_size(const void *one, const void *other) {
    uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
    return a < b ? -1 : a > b;
}

static uint32_t quantile(double share) {
    return measured ? times[(size_t)(share * (measured - 1))] : 0;
}

static int connected(const char *host, const char *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
    int found = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) fail(host);
    if (connect(found, (struct sockaddr *)&address, sizeof address)) fail("connect");
    setsockopt(found, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return found;
}

int main(int count, char **words) {
    if (count != 10) errno = 0, fail("the arguments");
    uint32_t clients = atoi(words[3]), busy = 0;
    double warm = atof(words[4]), seconds = atof(words[5]);
    next_id = strtoull(words[6], NULL, 10);
    members = strtoull(words[7], NULL, 10);
    drawn = 88172645463325252ULL + next_id;
    read_pool(words[8]);
    must = words[9], must_length = strlen(must);

    int poll = epoll_create1(0);
    struct client *all = calloc(clients, sizeof *all);
    struct epoll_event *events = calloc(clients, sizeof *events);
    for (uint32_t i = 0; i < clients; i++) {
        all[i].socket = connected(words[1], words[2]);
        all[i].answer = malloc(ROOM);
        struct epoll_event interest = {.events = EPOLLIN, .data.ptr = &all[i]};
        if (epoll_ctl(poll, EPOLL_CTL_ADD, all[i].socket, &interest)) fail("epoll_ctl");
    }
    int64_t start = now(), from = start + warm * 1e6, until = from + seconds * 1e6;
    for (; busy < clients; busy++) send_next(&all[busy]);
    while (busy) {
        int ready = epoll_wait(poll, events, clients, PATIENCE);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) errno = ready ? errno : ETIMEDOUT, fail("no answer");
        for (int i = 0; i < ready; i++) {
            struct client *client = events[i].data.ptr;
            ssize_t more = read(client->socket, client->answer + client->got, ROOM - client->got);
            if (more <= 0) fail("a connection was closed");
            client->got += more;
            if (!is_complete(client)) continue;
            int64_t time = now();
            note(client, time >= from && time < until);
            if (time < until) send_next(client);
            else busy--;
        }
    }
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double cpu = used.ru_utime.tv_sec * 1e6 + used.ru_utime.tv_usec + used.ru_stime.tv_sec * 1e6 +
                 used.ru_stime.tv_usec;
    qsort(times, measured, sizeof *times, by_size);
    printf("{\"sent\": %lu, \"good\": %lu, \"bad\": %lu, \"measured\": %zu, \"seconds\": %f, "
           "\"p50\": %u, \"p99\": %u, \"longest\": %u, \"cpu\": %.0f}\n",
           (unsigned long)sent, (unsigned long)good, (unsigned long)bad, measured, seconds,
           quantile(0.5), quantile(0.99), quantile(1.0), cpu);
    return 0;
}
