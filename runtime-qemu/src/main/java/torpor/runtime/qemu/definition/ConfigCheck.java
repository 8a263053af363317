package torpor.runtime.qemu.definition;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import torpor.core.definition.JsonText;
import torpor.core.instance.spec.NetworkWish;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.image.Images;
import torpor.engine.image.ReadyImage;
import torpor.runtime.qemu.boot.ConfigDisk;

/// Completes a definition's configuration: fetches its image and records which it was. What this
/// host cannot give is refused before.
public final class ConfigCheck {
  private final Images images;
  private final Function<NetworkWish, Optional<Refusal>> without;

  /// @param without why this host cannot give such a network; empty where it can
  public ConfigCheck(Images images, Function<NetworkWish, Optional<Refusal>> without) {
    this.images = images;
    this.without = without;
  }

  public CompletionStage<Reply<JsonText>> complete(JsonText text) {
    return switch (ConfigReader.read(text)) {
      case Reply.Refused<MachineConfig>(Refusal refusal) ->
          CompletableFuture.completedFuture(Reply.refused(refusal));
      case Reply.Done<MachineConfig>(MachineConfig config) ->
          without
              .apply(config.network())
              .<CompletionStage<Reply<JsonText>>>map(
                  why -> CompletableFuture.completedFuture(Reply.refused(noNetwork(why))))
              .orElseGet(() -> ready(config).thenApply(reply -> completed(config, reply)));
    };
  }

  private static Refusal noNetwork(Refusal why) {
    return Refusal.ofField(
        why.code(),
        "network",
        why.detail(),
        why.remedy() + " Or leave 'network' out: the machine then reaches Torpor's API alone.");
  }

  private CompletionStage<Reply<ReadyImage>> ready(MachineConfig config) {
    return config.digest().isPresent()
        ? images.ready(config.digest().get())
        : images.ready(config.image(), _ -> {});
  }

  private static Reply<JsonText> completed(MachineConfig config, Reply<ReadyImage> reply) {
    return switch (reply) {
      case Reply.Refused<ReadyImage>(Refusal refusal) ->
          Reply.refused(
              new Refusal(
                  refusal.code(), refusal.detail(), refusal.remedy(), Optional.of("image")));
      case Reply.Done<ReadyImage>(ReadyImage image) -> {
        if (GuestProgram.arguments(config, image.config()).isEmpty()) {
          yield invalid(
              "command",
              "Neither the image nor the definition says what to run.",
              "Give a command, such as [\"/bin/sh\"].");
        }
        boolean fits =
            ConfigDisk.fits(
                GuestProgram.records(
                    config, image.config(), java.util.Map.of(), java.util.OptionalInt.empty()));
        yield fits
            ? Reply.done(ConfigWriter.write(config.withDigest(image.digest())))
            : invalid(
                "env",
                "Command and environment are longer than the 1 MiB that a machine can be told.",
                "Shorten them; put what is large into the image.");
      }
    };
  }

  private static Reply<JsonText> invalid(String field, String detail, String remedy) {
    return Reply.refused(Refusal.ofField(RefusalCode.DEFINITION_INVALID, field, detail, remedy));
  }
}
