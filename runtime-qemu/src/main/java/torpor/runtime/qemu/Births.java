package torpor.runtime.qemu;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.definition.JsonText;
import torpor.core.image.ImageDigest;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.engine.image.Images;
import torpor.engine.image.ReadyImage;
import torpor.engine.machine.MachineFailure;
import torpor.runtime.qemu.boot.TemplateKey;
import torpor.runtime.qemu.console.ConsoleLog;
import torpor.runtime.qemu.definition.ConfigReader;
import torpor.runtime.qemu.definition.GuestProgram;
import torpor.runtime.qemu.definition.MachineConfig;
import torpor.runtime.qemu.host.HostProcessor;
import torpor.runtime.qemu.machine.Assembly;
import torpor.runtime.qemu.machine.Blueprint;
import torpor.runtime.qemu.machine.Directories;
import torpor.runtime.qemu.machine.Identity;
import torpor.runtime.qemu.machine.Machine;
import torpor.runtime.qemu.machine.Place;
import torpor.runtime.qemu.machine.Templates;
import torpor.runtime.qemu.snapshot.Compatibility;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.SnapshotDamagedException;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;
import torpor.runtime.qemu.vmm.Accelerator;
import torpor.runtime.qemu.vmm.Hardware;

/// Brings machines into being: by booting, from a template, from a snapshot. What fails leaves
/// nothing.
final class Births {
  private static final Logger log = LoggerFactory.getLogger(Births.class);
  private static final long IMAGE_SECONDS = 30;

  private final Images images;
  private final Assembly assembly;
  private final Optional<Templates> templates;
  private final Accelerator accelerator;
  private final String qemuBuild;
  private final HostProcessor processor;
  private final OptionalInt proxyPort;

  Births(
      Images images,
      Assembly assembly,
      Optional<Templates> templates,
      Accelerator accelerator,
      String qemuBuild,
      HostProcessor processor,
      OptionalInt proxyPort) {
    this.images = images;
    this.assembly = assembly;
    this.templates = templates;
    this.accelerator = accelerator;
    this.qemuBuild = qemuBuild;
    this.processor = processor;
    this.proxyPort = proxyPort;
  }

  /// Makes a new machine and runs its program.
  Machine start(
      Place place, Identity identity, JsonText config, Map<String, String> env, Birth birth)
      throws IOException, InterruptedException {
    MachineConfig machine = config(config);
    ReadyImage image = image(machine.digest(), machine.image());
    ConsoleLog console =
        ConsoleLog.from(Manifest.ConsoleOffsets.START, place.console(), place.journal());
    try {
      birth.getUnderWay();
      Directories.makeEmpty(Place.lives(place.instance()));
      java.nio.file.Files.createDirectories(place.directory());
      return build(place, blueprint(machine, image, identity, env), console);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      abandon(place, console);
      throw failed;
    }
  }

  private Machine build(Place place, Blueprint blueprint, ConsoleLog console)
      throws IOException, InterruptedException {
    if (templates.isEmpty()) {
      return assembly.boot(place, blueprint, console);
    }
    TemplateKey key = assembly.keyOf(blueprint);
    Optional<Path> template = templates.get().find(key);
    if (template.isPresent()) {
      Manifest frozen;
      try {
        frozen = SnapshotDirectory.open(template.get());
      } catch (SnapshotDamagedException damaged) {
        log.warn("a template is damaged and is made again: {}", damaged.getMessage());
        templates.get().discard(template.get());
        return build(place, blueprint, console);
      }
      return assembly.copy(place, blueprint, template.get(), frozen, console);
    }
    Machine booted = assembly.boot(place, blueprint, console);
    templates.get().wish(key, blueprint);
    return booted;
  }

  private Blueprint blueprint(
      MachineConfig config, ReadyImage image, Identity identity, Map<String, String> env) {
    Hardware hardware =
        new Hardware(
            accelerator,
            cpuModel(),
            config.cpus(),
            config.memoryBytes(),
            java.util.List.of(Blueprint.ROOTFS, Blueprint.OVERLAY, Blueprint.CONFIG),
            identity.network().isPresent());
    torpor.runtime.qemu.agent.Records records =
        GuestProgram.records(config, image.config(), env, proxyPort);
    for (var entry : identity.lasting().entries()) {
      records = records.with(entry.key(), entry.value());
    }
    return new Blueprint(
        hardware, image.digest(), image.rootfs(), config.diskBytes(), records, identity);
  }

  /// Under emulation every feature QEMU knows: it depends on the build alone, which is recorded.
  private String cpuModel() {
    return switch (accelerator) {
      case TCG -> "max";
      case KVM -> processor.baseline().model();
    };
  }

  /// Makes a machine of a snapshot and lets its programs go on.
  Machine restore(Place place, Identity identity, Path snapshot, Birth birth)
      throws IOException, InterruptedException {
    Manifest frozen = SnapshotDirectory.open(snapshot);
    Optional<Refusal> refusal = Compatibility.refusal(frozen, qemuBuild, accelerator, processor);
    if (refusal.isPresent()) {
      throw new MachineFailure(MachineFailure.Kind.SNAPSHOT, refusal.get());
    }
    if (frozen.hardware().network() != identity.network().isPresent()) {
      throw new SnapshotDamagedException("it is of a machine with another network");
    }
    ReadyImage image = image(frozen.image().map(ImageDigest::new), "of the snapshot");
    ConsoleLog console = ConsoleLog.from(frozen.console(), place.console(), place.journal());
    try {
      birth.getUnderWay();
      Directories.makeEmpty(Place.lives(place.instance()));
      java.nio.file.Files.createDirectories(place.directory());
      return assembly.restore(place, image.rootfs(), identity, snapshot, frozen, console);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      abandon(place, console);
      throw failed;
    }
  }

  private static void abandon(Place place, ConsoleLog console) throws IOException {
    console.close();
    Directories.delete(place.directory());
  }

  private static MachineConfig config(JsonText text) {
    return switch (ConfigReader.read(text)) {
      case Reply.Done<MachineConfig>(MachineConfig config) -> config;
      case Reply.Refused<MachineConfig>(Refusal refusal) ->
          throw new MachineFailure(MachineFailure.Kind.IMAGE, refusal);
    };
  }

  private ReadyImage image(Optional<ImageDigest> digest, String name)
      throws IOException, InterruptedException {
    try {
      var asked = digest.isPresent() ? images.ready(digest.get()) : images.ready(name, _ -> {});
      return switch (asked.toCompletableFuture().get(IMAGE_SECONDS, TimeUnit.SECONDS)) {
        case Reply.Done<ReadyImage>(ReadyImage ready) -> ready;
        case Reply.Refused<ReadyImage>(Refusal refusal) ->
            throw new MachineFailure(MachineFailure.Kind.IMAGE, refusal);
      };
    } catch (ExecutionException failed) {
      throw new IOException("the image " + name + " cannot be had", failed.getCause());
    } catch (TimeoutException late) {
      throw new IOException("the image " + name + " was not ready in time", late);
    }
  }
}
