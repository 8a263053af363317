/// WASI preview 1 for guests that may be frozen: what a module sees of the world.
///
/// ```
///   fd_*  ─→ DescriptorTable ─→ Descriptor ─→ FileNode / DirectoryNode ─→ private files, or a mount
///   path_* ─→ PathWalk (component by component, never above the directory it starts at)
///   clock, random, args, environ ─→ GuestClock, GuestEnvironment
///   poll_oneoff ─→ Sleeper ─→ a durable sleep, or a short wait in place
/// ```
///
/// Invariant: a guest reaches only nodes found by walking down from a directory it was given.
/// Symbolic links are walked by us, one component at a time, under the same rule, and the operating
/// system is always asked not to follow any. Everything a call leaves behind on our side
/// (descriptors, offsets, clock offset) can be saved and restored, so it is part of the checkpoint.
@NullMarked
package torpor.runtime.wasm.wasi;

import org.jspecify.annotations.NullMarked;
