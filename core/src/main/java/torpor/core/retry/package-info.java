/// Whether, when and from where a job goes on after its machine ended unasked.
@NullMarked
package torpor.core.retry;

import org.jspecify.annotations.NullMarked;
