package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;
import torpor.wire.ProblemDetails;
import torpor.wire.image.Image;

/// One line of a create or fetch that is followed.
///
/// @param type `progress`, and at the end `instance` or `problem`
/// @param step what is under way
/// @param image how far the image is, while that is the step
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record InstanceProgress(
    String type,
    Optional<String> step,
    Optional<Image> image,
    Optional<Instance> instance,
    Optional<ProblemDetails> problem) {

  public static InstanceProgress step(String step, Optional<Image> image) {
    return new InstanceProgress(
        "progress", Optional.of(step), image, Optional.empty(), Optional.empty());
  }

  public static InstanceProgress of(Instance instance) {
    return new InstanceProgress(
        "instance", Optional.empty(), Optional.empty(), Optional.of(instance), Optional.empty());
  }

  public static InstanceProgress of(ProblemDetails problem) {
    return new InstanceProgress(
        "problem", Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(problem));
  }
}
