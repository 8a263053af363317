/// What happens: decide, commit, act.
///
/// ```
///  request, exit, timer, effect result          effect results come back as events
///         |                                              ^
///         v                                              |
///    decide(job, event, facts)   ->   commit       ->   act
///    core, pure                       store port        runtime, disk ports
/// ```
///
/// The ports are interfaces and records: those of `store`, `machine`, `disk`, `clock`, `image` and
/// `network`, and the files of `volume`, are what the engine needs from outside; `guest` is what
/// programs inside machines need from it. Nothing in this module opens a file, a socket or a
/// database.
@NullMarked
package torpor.engine;

import org.jspecify.annotations.NullMarked;
