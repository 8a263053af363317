#include "users.h"

#include "records.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

static bool parse_id(const char *text, uint32_t *id) {
    uint64_t number;
    if (!parse_unsigned(text, UINT32_MAX - 1, &number)) return false;
    *id = (uint32_t)number;
    return true;
}

/* Fills the user from its entry and keeps its name; false if there is no entry. */
static bool find_entry(const char *wanted, bool numeric, struct user *user, char *name,
                       size_t capacity) {
    FILE *file = fopen("/etc/passwd", "re");
    if (!file) return false;
    struct passwd *entry;
    bool found = false;
    while (!found && (entry = fgetpwent(file))) {
        found = strcmp(entry->pw_name, wanted) == 0 || (numeric && entry->pw_uid == user->uid);
        if (!found) continue;
        user->uid = entry->pw_uid;
        user->gid = entry->pw_gid;
        if (*entry->pw_dir) snprintf(user->home, sizeof user->home, "%s", entry->pw_dir);
        snprintf(name, capacity, "%s", entry->pw_name);
    }
    fclose(file);
    return found;
}

static bool find_group(const char *wanted, gid_t *gid) {
    if (parse_id(wanted, gid)) return true;
    FILE *file = fopen("/etc/group", "re");
    if (!file) return false;
    struct group *entry;
    bool found = false;
    while (!found && (entry = fgetgrent(file))) {
        found = strcmp(entry->gr_name, wanted) == 0;
        if (found) *gid = entry->gr_gid;
    }
    fclose(file);
    return found;
}

static void find_memberships(const char *name, struct user *user) {
    FILE *file = fopen("/etc/group", "re");
    if (!file) return;
    struct group *entry;
    while (user->group_count < USER_GROUPS_MAXIMUM && (entry = fgetgrent(file))) {
        for (char **member = entry->gr_mem; *member; member++) {
            if (strcmp(*member, name) != 0) continue;
            user->groups[user->group_count++] = entry->gr_gid;
            break;
        }
    }
    fclose(file);
}

bool user_find(const char *specification, struct user *user, char *problem, size_t capacity) {
    char wanted[256], name[256] = "";
    *user = (struct user){.home = "/"};
    size_t length = strcspn(specification, ":");
    const char *group = specification[length] ? specification + length + 1 : NULL;
    if (length == 0 || length >= sizeof wanted || (group && !*group)) {
        snprintf(problem, capacity, "user '%s': not of the form user[:group]", specification);
        return false;
    }
    memcpy(wanted, specification, length);
    wanted[length] = 0;

    bool numeric = parse_id(wanted, &user->uid);
    if (!find_entry(wanted, numeric, user, name, sizeof name) && !numeric) {
        if (strcmp(wanted, "root") != 0) {
            snprintf(problem, capacity, "user '%s': not in the image's /etc/passwd", wanted);
            return false;
        }
        snprintf(user->home, sizeof user->home, "/root");
    }
    if (!group) {
        if (*name) find_memberships(name, user);
        return true;
    }
    if (find_group(group, &user->gid)) return true;
    snprintf(problem, capacity, "group '%s': not in the image's /etc/group", group);
    return false;
}
