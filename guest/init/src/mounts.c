#include "mounts.h"

#include "console.h"
#include "devices.h"
#include "files.h"
#include "modules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DISK_WAIT_MILLISECONDS = 5000 };

#define WRITABLE "/rw"

/* The initramfs' root, from where WRITABLE can be reached when the image's root is /. */
static int initramfs = -1;

int mounts_initramfs(void) {
    return initramfs;
}

static bool refuse(char *problem, size_t capacity, const char *what) {
    snprintf(problem, capacity, "mount: %s: %s", what, strerror(errno));
    return false;
}

void mounts_early(void) {
    mkdir("/dev", 0755);
    mkdir("/proc", 0755);
    mkdir("/sys", 0755);
    mount("dev", "/dev", "devtmpfs", MS_NOSUID, "mode=0755");
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

static bool mount_disk(const char *disk, const char *target, bool writable) {
    const char *type = disk_file_system(disk);
    if (!type) {
        errno = EMEDIUMTYPE;
        return false;
    }
    modules_load_for(type);
    unsigned long flags = writable ? MS_NOATIME : MS_RDONLY;
    if (mount(disk, target, type, flags, NULL) == 0) return true;
    /* A read-only disk that was not left clean: its journal cannot be replayed. */
    if (writable || strcmp(type, "ext4") != 0) return false;
    return mount(disk, target, type, flags, "noload") == 0;
}

static bool mount_writable(char *problem, size_t capacity) {
    char disk[DEVICE_PATH_MAXIMUM];
    mkdir(WRITABLE, 0755);
    if (!disk_find("overlay", disk, 0)) {
        if (mount("overlay", WRITABLE, "tmpfs", 0, "mode=0755") == 0) return true;
        return refuse(problem, capacity, "memory for the overlay");
    }
    return mount_disk(disk, WRITABLE, true) || refuse(problem, capacity, "disk overlay");
}

static bool carry_over(const char *from, const char *to) {
    mkdir(to, 0755);
    return mount(from, to, NULL, MS_MOVE, NULL) == 0;
}

bool mounts_enter_root(char *problem, size_t capacity) {
    char disk[DEVICE_PATH_MAXIMUM];
    if (!disk_find("rootfs", disk, DISK_WAIT_MILLISECONDS)) {
        snprintf(problem, capacity, "mount: no disk with serial rootfs");
        return false;
    }
    mkdir("/image", 0755);
    mkdir("/root", 0755);
    if (!mount_disk(disk, "/image", false)) return refuse(problem, capacity, "disk rootfs");
    if (!mount_writable(problem, capacity)) return false;
    mkdir(WRITABLE "/upper", 0755);
    mkdir(WRITABLE "/work", 0755);
    if (mount("root", "/root", "overlay", 0,
              "lowerdir=/image,upperdir=" WRITABLE "/upper,workdir=" WRITABLE "/work") != 0)
        return refuse(problem, capacity, "overlay of rootfs");
    if (!carry_over("/dev", "/root/dev") || !carry_over("/proc", "/root/proc") ||
        !carry_over("/sys", "/root/sys"))
        return refuse(problem, capacity, "move into the root");
    initramfs = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    unlink("/init");
    if (chdir("/root") != 0 || mount(".", "/", NULL, MS_MOVE, NULL) != 0 || chroot(".") != 0 ||
        chdir("/") != 0)
        return refuse(problem, capacity, "enter the root");
    return true;
}

static void mount_in_dev(const char *type, const char *target, unsigned long flags,
                         const char *options) {
    mkdir(target, 0755);
    if (mount(type, target, type, flags | MS_NOSUID | MS_NOEXEC, options) != 0)
        say("mount %s: %s", target, strerror(errno));
}

void mounts_complete(void) {
    static const char *const links[][2] = {{"/proc/self/fd", "/dev/fd"},
                                           {"/proc/self/fd/0", "/dev/stdin"},
                                           {"/proc/self/fd/1", "/dev/stdout"},
                                           {"/proc/self/fd/2", "/dev/stderr"}};
    mount_in_dev("devpts", "/dev/pts", 0, "mode=0620,gid=5,ptmxmode=0666");
    mount_in_dev("tmpfs", "/dev/shm", MS_NODEV, "mode=1777");
    mount_in_dev("mqueue", "/dev/mqueue", MS_NODEV, NULL);
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        if (symlink(links[i][0], links[i][1]) != 0 && errno != EEXIST)
            say("%s: %s", links[i][1], strerror(errno));
    /* Not mounted over: images keep directories of their own in these. */
    mkdir("/run", 0755);
    if (mkdir("/tmp", 01777) == 0) chmod("/tmp", 01777);
    /* As container runtimes have it: images that serve port 80 as an ordinary user. */
    file_write("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0");
}

/* A read-only volume with a private layer on the overlay's disk. */
static bool mount_overlay_volume(const char *disk, const struct volume *volume) {
    static const char *const names[] = {"lower", "upper", "work"};
    char paths[3][64], options[256];
    for (int i = 0; i < 3; i++) {
        snprintf(paths[i], sizeof paths[i], "/proc/self/fd/%d" WRITABLE "/vol-%u-%s", initramfs,
                 volume->number, names[i]);
        if (mkdir(paths[i], 0755) != 0 && errno != EEXIST) return false;
    }
    snprintf(options, sizeof options, "lowerdir=%s,upperdir=%s,workdir=%s", paths[0], paths[1],
             paths[2]);
    return mount_disk(disk, paths[0], false) &&
           mount("volume", volume->path, "overlay", 0, options) == 0;
}

bool mounts_volumes(const struct config *config, char *problem, size_t capacity) {
    for (size_t i = 0; i < config->volume_count; i++) {
        const struct volume *volume = &config->volumes[i];
        char serial[16], disk[DEVICE_PATH_MAXIMUM];
        snprintf(serial, sizeof serial, "vol-%u", volume->number);
        if (!disk_find(serial, disk, DISK_WAIT_MILLISECONDS)) {
            snprintf(problem, capacity, "mount: no disk with serial %s", serial);
            return false;
        }
        if (!directories_make(volume->path, 0755)) return refuse(problem, capacity, volume->path);
        bool mounted = volume->mode == VOLUME_OVERLAY
                           ? mount_overlay_volume(disk, volume)
                           : mount_disk(disk, volume->path, volume->mode == VOLUME_READ_WRITE);
        if (!mounted) return refuse(problem, capacity, serial);
    }
    return true;
}

void mounts_leave_volumes(const struct config *config) {
    for (size_t i = config->volume_count; i-- > 0;)
        if (umount2(config->volumes[i].path, UMOUNT_NOFOLLOW) != 0)
            say("unmount %s: %s", config->volumes[i].path, strerror(errno));
}
