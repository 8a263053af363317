/// How the steps of a fetch end early: with a refusal, carried by one checked exception to the edge
/// of the module, where it becomes a value again. Also tells a full disk from other failures.
@NullMarked
package torpor.images.refused;

import org.jspecify.annotations.NullMarked;
