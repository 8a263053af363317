#include "spawn.h"

#include "cgroups.h"
#include "files.h"
#include "users.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

/* The ends that the child takes as its standard streams, and the parent's ends of the same. */
struct streams {
    int child[3];
    int parent[3];
    int failure[2];
};

static void close_all(int *descriptors, int count) {
    for (int i = 0; i < count; i++)
        if (descriptors[i] >= 0) close(descriptors[i]);
}

static bool open_pipe(int *reading, int *writing) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    *reading = ends[0];
    *writing = ends[1];
    return true;
}

static bool open_terminal(struct streams *streams, const struct command *command) {
    int leader = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    char name[64];
    if (leader < 0) return false;
    streams->parent[1] = leader;
    streams->parent[0] = fcntl(leader, F_DUPFD_CLOEXEC, 3);
    if (grantpt(leader) != 0 || unlockpt(leader) != 0 || ptsname_r(leader, name, sizeof name) != 0)
        return false;
    terminal_resize(leader, command->rows, command->columns);
    for (int i = 0; i < 3; i++) {
        streams->child[i] = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (streams->child[i] < 0) return false;
    }
    return true;
}

static bool open_streams(struct streams *streams, const struct command *command) {
    if (!open_pipe(&streams->failure[0], &streams->failure[1])) return false;
    if (command->terminal) return open_terminal(streams, command);
    bool input = command->input
                     ? open_pipe(&streams->child[0], &streams->parent[0])
                     : (streams->child[0] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;
    return input && open_pipe(&streams->parent[1], &streams->child[1]) &&
           open_pipe(&streams->parent[2], &streams->child[2]);
}

void terminal_resize(int terminal, uint16_t rows, uint16_t columns) {
    struct winsize size = {.ws_row = rows ? rows : 24, .ws_col = columns ? columns : 80};
    ioctl(terminal, TIOCSWINSZ, &size);
}

/* In the child: what went wrong, to the parent, and the end. */
static _Noreturn void fail(int failure, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static _Noreturn void fail(int failure, int code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vdprintf(failure, format, arguments);
    va_end(arguments);
    _exit(code);
}

static void take_streams(const struct streams *streams, bool terminal) {
    setsid();
    for (int i = 0; i < 3; i++) dup2(streams->child[i], i);
    if (terminal) ioctl(0, TIOCSCTTY, 0);
}

static void restore_signals(void) {
    sigset_t none;
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void set_limits(void) {
    struct rlimit files = {.rlim_cur = 1024, .rlim_max = 524288};
    setrlimit(RLIMIT_NOFILE, &files);
    umask(022);
    file_write("/proc/self/oom_score_adj", "0");
}

static void enter_directory(const struct spawn_request *request, int failure) {
    const char *directory = request->command->directory ? request->command->directory : "/";
    if (chdir(directory) != 0)
        fail(failure, EXIT_CANNOT_EXECUTE, "workdir %s: %s", directory, strerror(errno));
}

static void become(const struct user *user, const struct command *command, int failure) {
    /* So that a program can open its own /dev/stdout again, whoever it runs as. */
    bool own_input = command->input || command->terminal; /* otherwise it is /dev/null */
    for (int stream = own_input ? 0 : 1; stream < 3; stream++)
        if (fchown(stream, user->uid, (gid_t)-1) != 0) continue;
    if (setgroups(user->group_count, user->groups) != 0 || setgid(user->gid) != 0 ||
        setuid(user->uid) != 0)
        fail(failure, EXIT_CANNOT_EXECUTE, "user: %s", strerror(errno));
}

static void set_environment(const struct command *command, const struct user *user) {
    static char *nothing[] = {NULL};
    environ = command->environment.items ? command->environment.items : nothing;
    setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 0);
    setenv("HOME", user->home, 0);
    if (command->terminal) setenv("TERM", "xterm", 0);
    char hostname[65] = "";
    if (gethostname(hostname, sizeof hostname - 1) == 0 && *hostname)
        setenv("HOSTNAME", hostname, 0);
}

static _Noreturn void run_child(const struct spawn_request *request,
                                const struct streams *streams) {
    const struct command *command = request->command;
    int failure = streams->failure[1];
    char problem[256];
    static struct user user;
    /* Before anything else: from here on a freeze holds this process too. */
    if (!cgroup_enter(request->cgroup))
        fail(failure, EXIT_CANNOT_EXECUTE, "cgroup: %s", strerror(errno));
    take_streams(streams, command->terminal);
    restore_signals();
    set_limits();
    if (!user_find(command->user ? command->user : "0", &user, problem, sizeof problem))
        fail(failure, EXIT_CANNOT_EXECUTE, "%s", problem);
    enter_directory(request, failure);
    become(&user, command, failure);
    set_environment(command, &user);
    if (request->builtin) {
        /* It does not exec, so what is this init's is closed by hand: among it the other end of
           its own input, of which it would never see the end. */
        syscall(SYS_close_range, 3, ~0U, 0);
        _exit(request->builtin(request->detail));
    }
    char **arguments = command->arguments.items;
    execvp(arguments[0], arguments);
    int code = errno == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXECUTE;
    fail(failure, code, "%s: %s", arguments[0], strerror(errno));
}

bool spawn(const struct spawn_request *request, struct spawned *spawned) {
    struct streams streams = {{-1, -1, -1}, {-1, -1, -1}, {-1, -1}};
    pid_t pid = open_streams(&streams, request->command) ? fork() : -1;
    if (pid == 0) run_child(request, &streams);
    int reason = errno;
    close_all(streams.child, 3);
    close_all(&streams.failure[1], 1);
    if (pid < 0) {
        close_all(streams.parent, 3);
        close_all(streams.failure, 1);
        errno = reason;
        return false;
    }
    for (int i = 0; i < 3; i++)
        if (streams.parent[i] >= 0) fcntl(streams.parent[i], F_SETFL, O_NONBLOCK);
    fcntl(streams.failure[0], F_SETFL, O_NONBLOCK);
    *spawned = (struct spawned){.pid = pid,
                                .input = streams.parent[0],
                                .output = streams.parent[1],
                                .errors = streams.parent[2],
                                .failure = streams.failure[0]};
    return true;
}
