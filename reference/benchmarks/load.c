/* The client of the socket benchmarks, and a server to measure it against.
 *
 * One thread, one epoll, no memory of its own to speak of: whatever serves is slower than this. That
 * it is so can be seen, for every report has the part of its core that it used. It runs on the first
 * core that it may use, and a server on the last.
 *
 *   load echo PORT BUSY IDLE WARMUP SECONDS   echoes a second; every busy connection has one message
 *                                             of 64 bytes under way, the idle ones had one
 *   load drain PORT CONNECTIONS WARMUP SECONDS    bytes a second that the server sends
 *   load connect PORT AT_ONCE WARMUP SECONDS      connections a second, each opened, ended, closed
 *   load hold PORT IDLE                       a line when IDLE connections are open; until stdin ends
 *   load serve                                an echo server: its port on a line; until stdin ends
 *
 * The report is a line of JSON. What goes wrong is a sentence on stderr, and status 1.
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    MESSAGE = 64,       /* Bytes of a message; the last one ends the line. */
    BATCH = 1024,       /* Events taken from epoll at once. */
    PATIENCE = 10,      /* Seconds without any answer, after which the server is given up. */
    LARGE = 1 << 20,    /* Bytes taken from a connection at once. */
    SOURCES = 200,      /* Addresses to connect from: a port of one is free again after a minute. */
};

/* What is counted, first to warm up and then in earnest. */
typedef struct { double warmup, length, count, wall, cpu; int is_warm; } Count;

static char message[MESSAGE];
static int poller;

static void die(const char *format, ...) {
    int error = errno;
    va_list arguments;
    va_start(arguments, format);
    fputs("load: ", stderr);
    vfprintf(stderr, format, arguments);
    if (error)
        fprintf(stderr, ": %s", strerror(error));
    fputc('\n', stderr);
    exit(1);
}

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}

static void begin(Count *count) {
    count->count = 0;
    count->wall = seconds(CLOCK_MONOTONIC);
    count->cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
}

/* Whether there is time left to go on; if not, the report has been made. */
static int goes_on(Count *count) {
    double wall = seconds(CLOCK_MONOTONIC) - count->wall;
    if (wall < (count->is_warm ? count->length : count->warmup))
        return 1;
    if (!count->is_warm++) {
        begin(count);
        return 1;
    }
    double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - count->cpu;
    printf("{\"rate\": %.3f, \"busy_fraction\": %.4f}\n", count->count / wall, cpu / wall);
    return 0;
}

/* Preparation. */

/* Stay on the first or the last of the cores that there are, if there is more than one. */
static void pin(int to_last) {
    cpu_set_t allowed, one;
    if (sched_getaffinity(0, sizeof allowed, &allowed) || CPU_COUNT(&allowed) < 2)
        return;
    int step = to_last ? -1 : 1, core = to_last ? CPU_SETSIZE - 1 : 0;
    while (!CPU_ISSET(core, &allowed))
        core += step;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    sched_setaffinity(0, sizeof one, &one);
}

static void raise_limit(int descriptors) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    errno = 0;
    if (limit.rlim_max < (rlim_t)descriptors + 16)
        die("this process may open %ld descriptors, and needs %d", (long)limit.rlim_max,
            descriptors + 16);
}

static void watch(int fd, unsigned events) {
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event))
        die("cannot watch a connection");
}

static int take_events(struct epoll_event *events) {
    int count = epoll_wait(poller, events, BATCH, PATIENCE * 1000);
    errno = count ? errno : 0;
    if (count <= 0)
        die("the server has not answered for %d seconds", PATIENCE);
    return count;
}

/* Connections. */

static struct sockaddr_in local(int last_byte, int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl((127u << 24) + last_byte);
    return address;
}

static void say(int fd) {
    if (send(fd, message, MESSAGE, MSG_NOSIGNAL) != MESSAGE)
        die("cannot send a message");
}

/* A connection that the server has taken on. */
static int open_connection(int port) {
    struct sockaddr_in address = local(1, port);
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address))
        die("cannot connect to port %d", port);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

/* A connection that is being served: a first message has come back. */
static int open_served(int port) {
    char answer[MESSAGE];
    struct timeval patience = {.tv_sec = PATIENCE};
    int fd = open_connection(port);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    say(fd);
    if (recv(fd, answer, MESSAGE, MSG_WAITALL) != MESSAGE)
        die("the server has not answered on a new connection");
    return fd;
}

/* What is measured. */

static void measure_echo(int port, int busy, int idle, Count *count) {
    static struct epoll_event events[BATCH];
    raise_limit(busy + idle);
    for (int i = 0; i < idle; i++)
        open_served(port);
    int *fds = calloc(busy, sizeof *fds), top = 0;
    for (int i = 0; i < busy; i++) {
        fds[i] = open_served(port);
        watch(fds[i], EPOLLIN | EPOLLET);
        top = fds[i] > top ? fds[i] : top;
    }
    int *due = calloc(top + 1, sizeof *due); /* By descriptor: bytes that have yet to come back. */
    for (int i = 0; i < busy; i++) {
        due[fds[i]] = MESSAGE;
        say(fds[i]);
    }

    begin(count);
    while (goes_on(count)) {
        for (int i = take_events(events) - 1; i >= 0; i--) {
            char answer[MESSAGE];
            int fd = events[i].data.fd;
            ssize_t got = recv(fd, answer, due[fd], 0);
            if (got <= 0)
                die("the server has closed a connection");
            due[fd] -= got;
            if (due[fd])
                continue;
            if (answer[got - 1] != '\n')
                die("the server has sent back something else");
            count->count++;
            due[fd] = MESSAGE;
            say(fd);
        }
    }
}

static void measure_drain(int port, int connections, Count *count) {
    static struct epoll_event events[BATCH];
    for (int i = 0; i < connections; i++)
        watch(open_connection(port), EPOLLIN);
    begin(count);
    while (goes_on(count)) {
        for (int i = take_events(events) - 1; i >= 0; i--) {
            /* Not copied: the system throws it away, so that this is faster than any sender. */
            ssize_t got = recv(events[i].data.fd, NULL, LARGE, MSG_TRUNC);
            if (got <= 0)
                die("the server has closed a connection");
            count->count += got;
        }
    }
}

static void connect_and_end(int port, long number) {
    struct sockaddr_in source = local(2 + number % SOURCES, 0), address = local(1, port);
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        die("cannot make a socket");
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&source, sizeof source))
        die("cannot connect from another loopback address");
    if (connect(fd, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS)
        die("cannot connect to port %d", port);
    watch(fd, EPOLLIN | EPOLLOUT | EPOLLET); /* It is open, and at its end. */
}

static void measure_connect(int port, int at_once, Count *count) {
    static struct epoll_event events[BATCH];
    long opened = 0;
    while (opened < at_once)
        connect_and_end(port, opened++);
    begin(count);
    while (goes_on(count)) {
        for (int i = take_events(events) - 1; i >= 0; i--) {
            char rest;
            int fd = events[i].data.fd;
            shutdown(fd, SHUT_WR); /* Once it is open; again, it has no effect. */
            ssize_t got = recv(fd, &rest, 1, 0);
            if (got < 0 && errno == EAGAIN)
                continue;
            if (got)
                die("a connection has not come to its end");
            close(fd);
            count->count++;
            connect_and_end(port, opened++);
        }
    }
}

static void wait_for_the_end_of_input(void) {
    char any;
    while (read(STDIN_FILENO, &any, 1) > 0)
        ;
}

static void hold(int port, int idle) {
    raise_limit(idle);
    for (int i = 0; i < idle; i++)
        open_served(port);
    puts("{}");
    fflush(stdout);
    wait_for_the_end_of_input();
}

/* The server: no more than has to be done for an echo. */

static void serve(void) {
    static struct epoll_event events[BATCH];
    struct sockaddr_in address = local(1, 0);
    socklen_t size = sizeof address;
    int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1024))
        die("cannot listen");
    getsockname(listener, (struct sockaddr *)&address, &size);
    raise_limit(0);
    watch(listener, EPOLLIN);
    watch(STDIN_FILENO, EPOLLIN);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        int ready = epoll_wait(poller, events, BATCH, -1);
        for (int i = 0; i < ready; i++) {
            char data[4096];
            int fd = events[i].data.fd;
            if (fd == STDIN_FILENO)
                return;
            if (fd == listener) {
                int accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
                if (accepted < 0)
                    continue;
                setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                watch(accepted, EPOLLIN);
                continue;
            }
            ssize_t got = recv(fd, data, sizeof data, 0);
            if (got <= 0 || send(fd, data, got, MSG_NOSIGNAL) != got)
                close(fd);
        }
    }
}

int main(int argc, char **argv) {
    const char *mode = argc > 1 ? argv[1] : "";
    int number[] = {0, 0, 0}, numbers = strcmp(mode, "echo") ? 2 : 3;
    for (int i = 0; i < numbers && i + 2 < argc; i++)
        number[i] = atoi(argv[i + 2]);
    Count count = {0};
    if (argc == numbers + 4)
        count.warmup = atof(argv[argc - 2]), count.length = atof(argv[argc - 1]);
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* Not to outlive who asked for the measurement. */
    memset(message, 'x', MESSAGE);
    message[MESSAGE - 1] = '\n';
    poller = epoll_create1(EPOLL_CLOEXEC);
    pin(!strcmp(mode, "serve"));
    if (!strcmp(mode, "echo") && argc == 7)
        measure_echo(number[0], number[1], number[2], &count);
    else if (!strcmp(mode, "drain") && argc == 6)
        measure_drain(number[0], number[1], &count);
    else if (!strcmp(mode, "connect") && argc == 6)
        measure_connect(number[0], number[1], &count);
    else if (!strcmp(mode, "hold") && argc == 4)
        hold(number[0], number[1]);
    else if (!strcmp(mode, "serve") && argc == 2)
        serve();
    else
        die("wrong arguments; see load.c");
    return 0;
}
