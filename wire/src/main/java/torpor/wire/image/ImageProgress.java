package torpor.wire.image;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;
import torpor.wire.ProblemDetails;

/// One line of a fetch that is followed.
///
/// @param type `progress`, and at the end `image` or `problem`
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ImageProgress(String type, Optional<Image> image, Optional<ProblemDetails> problem) {

  public static ImageProgress progress(Image image) {
    return new ImageProgress("progress", Optional.of(image), Optional.empty());
  }

  public static ImageProgress of(Image image) {
    return new ImageProgress("image", Optional.of(image), Optional.empty());
  }

  public static ImageProgress of(ProblemDetails problem) {
    return new ImageProgress("problem", Optional.empty(), Optional.of(problem));
  }
}
