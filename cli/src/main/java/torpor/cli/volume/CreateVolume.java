package torpor.cli.volume;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Answer;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;
import torpor.wire.WireJson;
import torpor.wire.volume.Volume;
import torpor.wire.volume.VolumeRequest;
import torpor.wire.volume.VolumeSource;

@Command(
    name = "create",
    description =
        "Create a volume: empty, with the files of an archive, or of a snapshot; prints its id.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  torpor volume create data --size 10GB",
      "  torpor volume create site --size 1GB --archive site.tar.gz",
      "  torpor volume create old --from data --snapshot before",
      "  torpor volume create old --from data --snapshot 3 --of web"
    })
final class CreateVolume extends ClientCommand {
  private static final Duration PATIENCE = Duration.ofHours(1);
  private static final String ARCHIVE = "application/gzip";

  @Parameters(paramLabel = "VOLUME")
  private String name = "";

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description = "such as 10GB; what is made of a snapshot has the snapshot's")
  private Optional<String> size = Optional.empty();

  @Option(
      names = "--archive",
      paramLabel = "FILE",
      description = "a tar, plain or compressed, whose files the volume begins with")
  private Optional<Path> archive = Optional.empty();

  @Option(
      names = "--from",
      paramLabel = "VOLUME",
      description = "the volume that is in the snapshot to begin with")
  private Optional<String> source = Optional.empty();

  @Option(names = "--snapshot", paramLabel = "SNAPSHOT", description = "its number or name")
  private Optional<String> snapshot = Optional.empty();

  @Option(
      names = "--of",
      paramLabel = "NAME",
      description = "the machine whose snapshot it is; otherwise the volume's own")
  private Optional<String> machine = Optional.empty();

  CreateVolume(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    if (size.isEmpty() && source.isEmpty()) {
      throw CommandFailure.usage(
          "volume create needs --size", "write torpor volume create " + name + " --size 10GB");
    }
    if (source.isPresent() != snapshot.isPresent() || (machine.isPresent() && source.isEmpty())) {
      throw CommandFailure.usage(
          "--from and --snapshot go together",
          "write --from VOLUME --snapshot SNAPSHOT, perhaps with --of NAME");
    }
    if (archive.isPresent() && source.isPresent()) {
      throw CommandFailure.usage(
          "--archive and --from exclude each other", "leave one of the two out");
    }
    Answer answer = archive.isPresent() ? upload(connection, archive.get()) : create(connection);
    Volume volume = answer.as(Volume.class);
    client().print(volume, volume.id() + "\n");
    client().say(volume.name() + " is " + volume.state());
    return ExitCode.OK;
  }

  private Answer create(Connection connection) {
    VolumeRequest request =
        new VolumeRequest(
            name,
            size.map(VolumeSizes::gigabytes).map(Math::toIntExact),
            Optional.empty(),
            source.map(volume -> new VolumeSource(volume, snapshot.orElseThrow(), machine)),
            Map.of());
    return connection.post(Route.of("volumes").toString(), WireJson.write(request));
  }

  private Answer upload(Connection connection, Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw CommandFailure.usage(
          "--archive " + file + " cannot be read", "name a tar file of this computer");
    }
    String path =
        Route.of("volumes", "from-archive")
            .with("name", Optional.of(name))
            .with(
                "size_gb",
                size.map(VolumeSizes::gigabytes).map(gigabytes -> Long.toString(gigabytes)))
            .toString();
    return connection.postFile(path, file, ARCHIVE, PATIENCE);
  }
}
