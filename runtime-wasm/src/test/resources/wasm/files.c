/* Files that are half written and half read at a checkpoint, and every way out of the sandbox. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <torpor.h>
#include <unistd.h>

static void show(const char *what, int result) {
    printf("%s: %s\n", what, result < 0 ? strerror(errno) : "ok");
}

static int escapes(void) {
    static const char *paths[] = {"/data/../etc/passwd", "/data/sub/../../etc/passwd", "/../etc/passwd",
                                  "/data/outward/passwd", "/data/outward", "/data/absolute",
                                  "/data/sub/up/secret",  "/data/loop",    "/data/inward",
                                  "/data/plain.txt",      "/data/pipe"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        int fd = open(paths[i], O_RDONLY);
        printf("%s: %s\n", paths[i], fd < 0 ? strerror(errno) : "ok");
        fd = open(paths[i], O_RDONLY | O_NOFOLLOW);
        printf("nofollow %s: %s\n", paths[i], fd < 0 ? strerror(errno) : "ok");
    }
    show("create", open("/data/new", O_CREAT | O_WRONLY, 0600));
    show("write", open("/data/plain.txt", O_WRONLY));
    show("mkdir outside", mkdir("/data/outward/made", 0700));
    show("mkdir", mkdir("/data/made", 0700));
    show("unlink", unlink("/data/plain.txt"));
    show("unlink outside", unlink("/data/outward/passwd"));
    show("rename out", rename("/data/plain.txt", "/stolen"));
    show("link", link("/data/outward/passwd", "/linked"));
    show("symlink", symlink("/etc", "/way-out"));
    return 0;
}

static int workflow(void) {
    mkdir("/out", 0700);
    FILE *log = fopen("/out/log.txt", "w");
    FILE *in = fopen("/data/plain.txt", "r");
    char line[64];
    int gone = open("/unlinked", O_CREAT | O_RDWR, 0600);
    write(gone, "still here", 10);
    unlink("/unlinked");
    for (int i = 0; i < 6; i++) {
        if (in == NULL || fgets(line, sizeof line, in) == NULL) return 3;
        fprintf(log, "%d %s", i, line);
        if (i == 2) fflush(log); /* part of it is in the file, part only in the buffer */
        if (i % 2 == 1) {
            char token[16];
            snprintf(token, sizeof token, "line-%d", i);
            printf("%s %d\n", token, torpor_host_checkpoint(token, (int)strlen(token)));
        }
    }
    fclose(log);
    char rest[16] = "";
    lseek(gone, 0, SEEK_SET);
    read(gone, rest, 10);
    printf("%s\n", rest);
    rename("/out/log.txt", "/out/renamed.txt");
    log = fopen("/out/renamed.txt", "r");
    while (fgets(line, sizeof line, log)) fputs(line, stdout);
    DIR *dir = opendir("/out");
    for (struct dirent *e = readdir(dir); e; e = readdir(dir))
        if (e->d_name[0] != '.') printf("entry %s\n", e->d_name);
    return 0;
}

/* Rewrites one file over and over with a checkpoint after each round. */
static int churn(int rounds) {
    static char block[16384];
    for (int i = 1; i <= rounds; i++) {
        FILE *f = fopen("/churn", i == 1 ? "w+" : "r+");
        for (int k = 0; k < 16; k++) {
            memset(block, i * 31 + k, sizeof block);
            fwrite(block, 1, sizeof block, f);
        }
        fclose(f);
        char token[16];
        snprintf(token, sizeof token, "round-%d", i);
        torpor_host_checkpoint(token, (int)strlen(token));
    }
    FILE *f = fopen("/churn", "r");
    unsigned long sum = 0, c;
    while ((c = fgetc(f)) != (unsigned long)EOF && !feof(f)) sum = sum * 31 + c;
    printf("sum %lu\n", sum);
    return 0;
}

static int fill(void) {
    static char block[65536];
    int fd = open("/big", O_CREAT | O_WRONLY, 0600);
    long total = 0;
    for (ssize_t n = 0; (n = write(fd, block, sizeof block)) > 0;) total += n;
    printf("%s after %ld\n", strerror(errno), total);
    ftruncate(fd, 0);
    printf("again %d\n", write(fd, block, sizeof block) == sizeof block);
    return 0;
}

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IOLBF, 1024);
    if (!strcmp(argv[1], "escapes")) return escapes();
    if (!strcmp(argv[1], "churn")) return churn(atoi(argv[2]));
    if (!strcmp(argv[1], "fill")) return fill();
    return workflow();
}
