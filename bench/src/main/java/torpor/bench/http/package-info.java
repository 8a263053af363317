/// From an HTTP request to the durable answer.
///
/// ```
/// one caller ──keep-alive, loopback or Unix socket──> `serve`, a process of its own
///    └─ lock, unlock, lock, … of one running job; each answer is durable
/// ```
///
/// Invariant: one call at a time, on one connection; the client costs next to nothing.
@NullMarked
package torpor.bench.http;

import org.jspecify.annotations.NullMarked;
