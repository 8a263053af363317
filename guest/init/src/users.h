/* "user[:group]" made into numbers by the image's own /etc/passwd and /etc/group. */
#ifndef USERS_H
#define USERS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { USER_GROUPS_MAXIMUM = 256 };

struct user {
    uid_t uid;
    gid_t gid;
    gid_t groups[USER_GROUPS_MAXIMUM]; /* supplementary ones */
    size_t group_count;
    char home[PATH_MAX];
};

/*
 * A number needs no entry (its group is then 0 and its home "/"); a name does. A group that is
 * named replaces the supplementary groups, as container runtimes have it. On refusal `problem`
 * says why.
 */
bool user_find(const char *specification, struct user *user, char *problem, size_t capacity);

#endif
