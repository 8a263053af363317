/// The runtime `wasm`: jobs as WebAssembly modules inside this JVM, frozen at their own host calls.
///
/// ```
///   engine ── start, restore ──→ WasmRuntime ──→ WasmMachine ──→ guest.Guest (a thread while it runs)
///          ←─ checkpoint? ──────                    │  ↑
///          ── snapshot ────────→ (guest unwound) ───┘  │ answer: rewind and go on
///          ←─ durable ──────────                       │
///          ── answer ──────────────────────────────────┘   or release: it sleeps, nothing is held
/// ```
///
/// A guest decides when it may be frozen: a suspending call first unwinds it, and only then the
/// engine is asked. So a machine that is asked for a snapshot is always quiescent, and one that is
/// not suspended refuses. Machines live and die with the daemon: a new daemon adopts none and
/// restores from snapshots.
///
/// Sub-packages, from the inside out: `memory`, `wasi` with `files` and `mount`, `snapshot`,
/// `guest`, `definition`.
@NullMarked
package torpor.runtime.wasm;

import org.jspecify.annotations.NullMarked;
