/*
 * Everything that is not this init runs below one control group, so that it can be frozen,
 * counted and killed as a whole: /sys/fs/cgroup/machine/<session>.
 */
#ifndef CGROUPS_H
#define CGROUPS_H

#include "records.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CGROUP_NAME_MAXIMUM = 32 };

/* Mounts cgroup2 and makes the group of all groups. Needs /sys. */
bool cgroups_mount(void);

bool cgroup_make(const char *name);
/* Fails quietly while a process is left in it. */
void cgroup_remove(const char *name);
/* Moves the calling process. */
bool cgroup_enter(const char *name);
void cgroup_kill(const char *name);
bool cgroup_empty(const char *name);
/* Processes of the group that the kernel has killed for want of memory. */
uint64_t cgroup_oom_kills(const char *name);

/* The following are about all groups together. */
bool cgroups_limit_memory(uint64_t bytes);
bool cgroups_freeze(bool freeze);
bool cgroups_frozen(void);
/* A file that reports EPOLLPRI when cgroups_frozen() may have changed. */
int cgroups_events(void);
void cgroups_kill_all(void);
void cgroups_statistics(struct record_writer *writer);

#endif
