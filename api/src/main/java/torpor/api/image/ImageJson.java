package torpor.api.image;

import java.util.Optional;
import torpor.core.image.ImageConfig;
import torpor.core.image.ImageDigest;
import torpor.core.refusal.Refusal;
import torpor.engine.image.ImageView;
import torpor.engine.image.ReadyImage;
import torpor.wire.image.Image;

/// Images as they are shown. Pure.
public final class ImageJson {
  private ImageJson() {}

  public static Image of(ImageView view) {
    Optional<ImageConfig> config = view.ready().map(ReadyImage::config);
    return new Image(
        view.name(),
        view.digest().map(ImageDigest::text).orElse(""),
        view.phase().text(),
        view.createdAt(),
        view.failure().map(Refusal::detail),
        view.queuePosition(),
        view.percent(),
        view.ready().map(ReadyImage::bytes),
        view.lastUsedAt(),
        config.map(ImageConfig::entrypoint),
        config.map(ImageConfig::command),
        config.map(ImageConfig::env),
        config.flatMap(ImageConfig::workdir),
        view.ready().map(_ -> Platforms.ofHost()));
  }
}
