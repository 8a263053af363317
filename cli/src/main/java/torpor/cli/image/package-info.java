/// Images: fetching them, and those that are there.
@NullMarked
package torpor.cli.image;

import org.jspecify.annotations.NullMarked;
