/// `/resources`: what the host has, what may be given away, and who has it.
@NullMarked
package torpor.api.resource;

import org.jspecify.annotations.NullMarked;
