/// The HTTP server: the caller API for people and programs outside, the guest API for the programs
/// inside jobs, and their description, `openapi.yaml`.
///
/// It translates and guards, and decides nothing: every answer about a job comes from
/// [torpor.engine.caller.Jobs], [torpor.engine.caller.Definitions] or
/// [torpor.engine.guest.GuestCalls]. What is answered is durable because they answer only then.
///
/// ```
///   TCP, Unix socket
///        │
///     ApiServer ── Routes ──┬─ definition ─────────────────┐
///        │                  ├─ job, event, console ────────┼─→ engine.caller
///     access, http          ├─ instance, image, snapshot, ─┘
///        │                  │  volume, resource, capability
///     (guard, translate)    ├─ node
///                           └─ guest ────────→ engine.guest
/// ```
///
/// One request runs on one virtual thread. Adding an endpoint: its route in the feature's package,
/// its path and example in `openapi.yaml`; a test holds the two together.
@NullMarked
package torpor.api;

import org.jspecify.annotations.NullMarked;
