/// Fetches images, converts each once to a read-only root file system, and keeps them by digest.
@NullMarked
package torpor.images;

import org.jspecify.annotations.NullMarked;
