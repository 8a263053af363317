package torpor.images.fetch;

import torpor.core.image.ImageDigest;

/// Told how a fetch goes on, by the fetch's thread; must return quickly.
public interface FetchReport {

  void resolved(ImageDigest digest);

  void pulling(int percent);

  void converting(int percent);
}
