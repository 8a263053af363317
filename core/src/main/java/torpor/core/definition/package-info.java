/// What a job is made from: a named, versioned, immutable description.
@NullMarked
package torpor.core.definition;

import org.jspecify.annotations.NullMarked;
