package torpor.engine.instance;

import torpor.core.instance.InstanceId;
import torpor.engine.image.ImageView;

/// Told how far the image of an instance being created is; returns quickly.
@FunctionalInterface
interface CreateProgress {
  void image(InstanceId instance, ImageView view);
}
