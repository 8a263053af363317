/// The port to the images on this host. An image is fetched and converted once, is immutable from
/// then on, and is shared by every instance made from it.
@NullMarked
package torpor.engine.image;

import org.jspecify.annotations.NullMarked;
