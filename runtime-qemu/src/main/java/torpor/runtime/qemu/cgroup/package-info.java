/// What the host's kernel lets a process take: processor time, memory, tasks.
///
/// ```
///  Mounts ── where the controllers are: one tree (v2), or one for each (v1)
///     │
///  Cgroups ── torpor/<name>, made before its process, removed after it ──→ Cgroup
///                                          limits written ── joined ── OOM kills read
/// ```
///
/// A process is in its cgroup before it is what it will be: a shell joins and then becomes it, so
/// nothing of it is ever counted elsewhere. The name says whose the cgroup is; what a killed daemon
/// left is found by it, and goes with the process that it was made for. All of them are below one
/// `torpor`: machines together weigh as much as any other service of the host, however many there
/// are.
///
/// Invariant: a cgroup exists only while somebody is about to start, runs, or has just ended.
@NullMarked
package torpor.runtime.qemu.cgroup;

import org.jspecify.annotations.NullMarked;
