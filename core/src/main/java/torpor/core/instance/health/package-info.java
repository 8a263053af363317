/// Whether what runs inside an instance does its work: a field of its own, beside the lifecycle.
/// Pure.
@NullMarked
package torpor.core.instance.health;

import org.jspecify.annotations.NullMarked;
