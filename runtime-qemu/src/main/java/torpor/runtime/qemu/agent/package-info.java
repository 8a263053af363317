/// The conversation with the guest's init, as `guest/init/README.md` describes it.
///
/// ```
///  request ─ id ──→ frames on a Unix socket ──→ guest        one answer with the same id
///  OUTPUT  ←─ absolute offset ──────────────── guest ──→ console file, then OUTPUT_ACK
///  OPEN    ←─ a program calls the guest API ── guest ──→ GuestApiProxy, a ProxiedConnection
///                                              and its Window each ──→ daemon
/// ```
///
/// A program next to the workload is a [GuestProcess], bound to who began it, or a [KeptProcess],
/// which waits in the guest ([LeftSessions]) until somebody takes it up again.
///
/// A connection begins with CONNECT, one per life of a machine and per daemon. What was in flight
/// before is gone; ids are random, so that a guest whose memory is of an earlier life never takes a
/// new request for one that it has answered.
@NullMarked
package torpor.runtime.qemu.agent;

import org.jspecify.annotations.NullMarked;
