/// `torpor demo`: a real program over real data, whose daemon is killed in the middle.
///
/// ```
///   corpus ← the sources of this JDK
///   daemon ─ spawn ─ checkpoint ─ … ─ checkpoint ─ kill -9
///   daemon ─ restored from the newest checkpoint ─ … ─ asleep, nothing in memory
///             signal ─ awake ─ result ──┐
///   daemon ─ the same, undisturbed ─ result ─┴─ equal?
/// ```
///
/// The demo is a user like any other: it starts the daemon as a process, and speaks to it through
/// the public API alone. Everything it makes is in one temporary directory.
@NullMarked
package torpor.daemon.demo;

import org.jspecify.annotations.NullMarked;
