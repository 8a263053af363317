package torpor.runtime.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.image.ImageDigest;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.engine.image.Images;
import torpor.engine.image.ReadyImage;
import torpor.engine.machine.MachineFailure;
import torpor.host.file.FileTrees;
import torpor.runtime.qemu.boot.TemplateKey;
import torpor.runtime.qemu.console.ConsoleLog;
import torpor.runtime.qemu.definition.GuestProgram;
import torpor.runtime.qemu.definition.MachineConfig;
import torpor.runtime.qemu.disk.DiskChain;
import torpor.runtime.qemu.host.HostProcessor;
import torpor.runtime.qemu.machine.Assembly;
import torpor.runtime.qemu.machine.Blueprint;
import torpor.runtime.qemu.machine.Identity;
import torpor.runtime.qemu.machine.Machine;
import torpor.runtime.qemu.machine.Place;
import torpor.runtime.qemu.machine.Templates;
import torpor.runtime.qemu.snapshot.Compatibility;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.SnapshotCare;
import torpor.runtime.qemu.snapshot.SnapshotDamagedException;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;
import torpor.runtime.qemu.snapshot.SnapshotUses;
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
  private final SnapshotCare care;
  private final Accelerator accelerator;
  private final String qemuBuild;
  private final HostProcessor processor;
  private final OptionalInt proxyPort;

  Births(
      Images images,
      Assembly assembly,
      Optional<Templates> templates,
      SnapshotCare care,
      Accelerator accelerator,
      String qemuBuild,
      HostProcessor processor,
      OptionalInt proxyPort) {
    this.images = images;
    this.assembly = assembly;
    this.templates = templates;
    this.care = care;
    this.accelerator = accelerator;
    this.qemuBuild = qemuBuild;
    this.processor = processor;
    this.proxyPort = proxyPort;
  }

  /// Makes a new machine and runs its program.
  Machine start(Order order, Birth birth) throws IOException, InterruptedException {
    Place place = order.place();
    MachineConfig config = order.config().orElseThrow();
    ReadyImage image = image(config.digest(), config.image());
    ConsoleLog console =
        ConsoleLog.from(Manifest.ConsoleOffsets.START, place.console(), place.journal());
    try {
      birth.getUnderWay();
      FileTrees.makeEmpty(Place.lives(place.instance()));
      Files.createDirectories(place.directory());
      Blueprint blueprint = blueprint(config, image, order);
      Optional<DiskChain> disk =
          order.keepsDisk() ? assembly.lastDisk(place, blueprint) : Optional.empty();
      return build(place, blueprint, disk, console);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      abandon(place, console);
      throw failed;
    }
  }

  /// From the best template there is, or from the very beginning; and sees to it that there will be
  /// a template the next time.
  private Machine build(
      Place place, Blueprint blueprint, Optional<DiskChain> lastDisk, ConsoleLog console)
      throws IOException, InterruptedException {
    if (templates.isEmpty()) {
      return assembly.boot(place, blueprint, disk(place, blueprint, lastDisk), console);
    }
    TemplateKey ofImage = assembly.keyOf(blueprint);
    Optional<Template> image =
        isLikeOthers(blueprint, lastDisk) ? intact(templates.get(), ofImage) : Optional.empty();
    if (image.isPresent()) {
      return copy(image.get(), place, blueprint, Optional.empty(), console);
    }
    Optional<Template> kernel = intact(templates.get(), ofImage.ofKernel());
    DiskChain disk = disk(place, blueprint, lastDisk);
    Machine machine =
        kernel.isPresent()
            ? copy(kernel.get(), place, blueprint, Optional.of(disk), console)
            : assembly.boot(place, blueprint, disk, console);
    if (isLikeOthers(blueprint, lastDisk)) {
      templates.get().wish(ofImage, blueprint);
    }
    templates.get().wish(ofImage.ofKernel(), blueprint);
    return machine;
  }

  /// Whether its disks are those of every new machine of its image, whose sizes the guest has seen.
  private static boolean isLikeOthers(Blueprint blueprint, Optional<DiskChain> lastDisk) {
    return lastDisk.isEmpty() && blueprint.volumes().isEmpty();
  }

  private DiskChain disk(Place place, Blueprint blueprint, Optional<DiskChain> lastDisk)
      throws IOException, InterruptedException {
    return lastDisk.isPresent() ? lastDisk.get() : assembly.freshDisk(place, blueprint);
  }

  /// One that stays until it is closed.
  private record Template(Path directory, Manifest frozen, SnapshotUses.Use use) {}

  private Machine copy(
      Template template,
      Place place,
      Blueprint blueprint,
      Optional<DiskChain> disk,
      ConsoleLog console)
      throws IOException, InterruptedException {
    try (var _ = template.use()) {
      return assembly.copy(
          place, blueprint, disk, template.directory(), template.frozen(), console);
    }
  }

  private Optional<Template> intact(Templates templates, TemplateKey key) throws IOException {
    Optional<Path> found = templates.find(key);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    SnapshotUses.Use use = care.uses().reading(found.get());
    try {
      Manifest frozen = SnapshotDirectory.open(found.get());
      care.seen().requireIntact(found.get(), frozen);
      return Optional.of(new Template(found.get(), frozen, use));
    } catch (SnapshotDamagedException damaged) {
      use.close();
      log.warn("a template is damaged and is made again: {}", damaged.getMessage());
      templates.discard(found.get());
      return Optional.empty();
    } catch (IOException failed) {
      use.close();
      throw failed;
    }
  }

  private Blueprint blueprint(MachineConfig config, ReadyImage image, Order order) {
    Identity identity = order.identity();
    Hardware hardware =
        new Hardware(
            accelerator,
            cpuModel(),
            config.cpus(),
            config.memoryBytes(),
            Blueprint.disks(order.volumes().size()),
            identity.network().isPresent());
    torpor.runtime.qemu.agent.Records records =
        GuestProgram.records(config, image.config(), order.env(), proxyPort);
    for (var entry : identity.lasting().entries()) {
      records = records.with(entry.key(), entry.value());
    }
    return new Blueprint(
        hardware,
        image.digest(),
        image.rootfs(),
        config.diskBytes(),
        records,
        identity,
        order.volumes());
  }

  private String cpuModel() {
    return switch (accelerator) {
      case TCG -> Hardware.EMULATED_CPU;
      case KVM -> processor.baseline().model();
    };
  }

  /// Makes a machine of a snapshot and lets its programs go on.
  Machine restore(Order order, Path snapshot, Birth birth)
      throws IOException, InterruptedException {
    try (var _ = care.uses().restoring(snapshot)) {
      return restoreUsed(order, snapshot, birth);
    }
  }

  private Machine restoreUsed(Order order, Path snapshot, Birth birth)
      throws IOException, InterruptedException {
    Place place = order.place();
    Identity identity = order.identity();
    Manifest frozen = SnapshotDirectory.look(snapshot);
    Optional<Refusal> refusal = incompatibility(frozen);
    if (refusal.isPresent()) {
      throw new MachineFailure(MachineFailure.Kind.SNAPSHOT, refusal.get());
    }
    if (frozen.hardware().network() != identity.network().isPresent()) {
      throw new SnapshotDamagedException("it is of a machine with another network");
    }
    Path rootfs = rootfs(frozen);
    ConsoleLog console = ConsoleLog.from(frozen.console(), place.console(), place.journal());
    try {
      birth.getUnderWay();
      FileTrees.makeEmpty(Place.lives(place.instance()));
      Files.createDirectories(place.directory());
      return assembly.restore(place, rootfs, identity, order.volumes(), snapshot, frozen, console);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      abandon(place, console);
      throw failed;
    }
  }

  /// Why this host cannot restore it; empty where it can.
  Optional<Refusal> incompatibility(Manifest frozen) {
    return Compatibility.refusal(frozen, qemuBuild, accelerator, processor);
  }

  /// The root file system that its guest has mounted.
  Path rootfs(Manifest frozen) throws IOException, InterruptedException {
    return image(frozen.image().map(ImageDigest::new), "of the snapshot").rootfs();
  }

  private static void abandon(Place place, ConsoleLog console) throws IOException {
    console.close();
    FileTrees.delete(place.directory());
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
