/// Running guests: a module prepared once, and guests that stop at a host call with their whole
/// state outside the JVM's stack.
///
/// ```
///            run                    checkpoint, sleep, wait_signal,
///  prepared ─────→ running on a ───────────────────────────────────→ suspended: no thread,
///                  thread of its own   unwind (asyncify)             may be snapshotted
///                    │     ↑                                             │
///                    │     └──────────── resume: rewind with the answer ─┘
///                    └─→ exited, trapped, out of time, killed
/// ```
///
/// How it stops: modules carry asyncify's instrumentation. The host function called asks the module
/// to unwind; every frame saves its locals into a scratch area and returns, until the entry point
/// returns. The scratch area is ordinary linear memory whose pages {@link
/// torpor.runtime.wasm.memory.PagedMemory} lends for that moment, so the guest's own memory never
/// holds any of it. Going on is the same backwards: the entry point is called again, the frames
/// restore themselves, and the same host function is called a second time, which then answers.
///
/// Invariant: a guest is touched by one thread at a time. While it runs that is its own; while it
/// is suspended whoever snapshots, resumes or closes it, which the caller orders.
///
/// The JVM must run with `-XX:-DontCompileHugeMethods`: HotSpot otherwise never compiles methods of
/// more than 8000 bytes of bytecode, which instrumented functions easily have, and interprets them
/// at a fifteenth of the speed.
@NullMarked
package torpor.runtime.wasm.guest;

import org.jspecify.annotations.NullMarked;
