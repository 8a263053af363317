/// The port to the store: one way to write each kind of row (a [Transition], an
/// [InstanceTransition], a [VolumeTransition]: all or nothing, fenced) and the look-ups the engine
/// needs. Implementations are asynchronous; futures complete on a thread of the store, never while
/// a lock is held, and the engine moves off it at once.
@NullMarked
package torpor.engine.store;

import org.jspecify.annotations.NullMarked;
