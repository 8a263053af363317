/// What an instance was asked to be. Values that were checked when they were made; nothing in here
/// says how far the instance is.
@NullMarked
package torpor.core.instance.spec;

import org.jspecify.annotations.NullMarked;
