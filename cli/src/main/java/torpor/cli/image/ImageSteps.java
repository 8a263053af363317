package torpor.cli.image;

import java.util.Optional;
import torpor.cli.output.ProgressSteps;
import torpor.wire.image.Image;

/// How far an image is, in words and percent.
public final class ImageSteps {
  private ImageSteps() {}

  public static void show(Image image, ProgressSteps steps) {
    switch (image.status()) {
      case "pending" ->
          steps.at(
              "waiting for others' images"
                  + image.queuePosition().map(n -> ", number " + n + " in line").orElse(""),
              Optional.empty());
      case "pulling" -> steps.at("pulling " + image.name(), image.percent());
      case "converting" -> steps.at("converting " + image.name(), image.percent());
      default -> {
        // Ready or failed: what follows the last line says it.
      }
    }
  }
}
