package io.inferwire.client;

import io.inferwire.v1.DeleteFileRequest;
import io.inferwire.v1.DownloadFileRequest;
import io.inferwire.v1.DownloadFileResponse;
import io.inferwire.v1.File;
import io.inferwire.v1.FilesServiceGrpc;
import io.inferwire.v1.GetFileRequest;
import io.inferwire.v1.ListFilesRequest;
import io.inferwire.v1.ListFilesResponse;
import io.inferwire.v1.UploadFileEnd;
import io.inferwire.v1.UploadFileHeader;
import io.inferwire.v1.UploadFileRequest;
import io.inferwire.v1.UploadFileResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Files at an upstream: InferwireClient.files(). Neither direction holds a whole file. */
public final class StoredFiles {
  private final InferwireClient client;

  StoredFiles(InferwireClient client) {
    this.client = client;
  }

  /**
   * A file of this machine, sent while it is read. Throws UncheckedIOException if it cannot be
   * read.
   *
   * @param file its name is the stored one's
   * @param purpose what the upstream allows: batch, fine-tune, user_data, ...
   * @return with the id that get, download and delete take
   */
  public File upload(Path file, String purpose) {
    return upload(Upload.of(file), purpose);
  }

  /**
   * Bytes, sent while they are read.
   *
   * @param upload its name is the stored one's
   * @param purpose what the upstream allows: batch, fine-tune, user_data, ...
   * @return with the id that get, download and delete take
   */
  public File upload(Upload upload, String purpose) {
    UploadFileHeader header = UploadFileHeader.newBuilder().setPurpose(purpose).build();
    return upload(header, upload, CallSettings.defaults()).getFile();
  }

  /**
   * Bytes, sent while they are read, with everything that a header can say.
   *
   * @param header name and size are the upload's where it has none
   * @param upload the bytes
   * @param settings timeout, metadata and idempotency key of this call
   * @return the file, and what the gateway says of it
   */
  public UploadFileResponse upload(UploadFileHeader header, Upload upload, CallSettings settings) {
    UploadFileHeader.Builder known = header.toBuilder();
    if (known.getFilename().isEmpty()) {
      known.setFilename(upload.name());
    }
    if (!known.hasSizeBytes()) {
      upload.size().ifPresent(known::setSizeBytes);
    }
    UploadFileRequest end = UploadFileRequest.newBuilder().setEnd(UploadFileEnd.getDefaultInstance()).build();
    var form = new Form<>(data -> UploadFileRequest.newBuilder().setData(data).build(), end).add(null, upload);
    return client.send(
        FilesServiceGrpc.getUploadFileMethod(), UploadFileRequest.newBuilder().setHeader(known).build(), form, settings);
  }

  /**
   * What is known of a file.
   *
   * @param fileId as upload gave it
   * @return its name, size and purpose
   */
  public File get(String fileId) {
    GetFileRequest request = GetFileRequest.newBuilder().setFileId(fileId).build();
    return client.look(FilesServiceGrpc.getGetFileMethod(), request).getFile();
  }

  /**
   * The files, the youngest first, page after page.
   *
   * @return a loop over it asks for the pages
   */
  public Iterable<File> list() {
    return list(ListFilesRequest.getDefaultInstance());
  }

  /**
   * Some of the files, page after page.
   *
   * @param request which, and in which order; its page token is not looked at
   * @return a loop over it asks for the pages
   */
  public Iterable<File> list(ListFilesRequest request) {
    return Pages.of(
        token ->
            client.look(
                FilesServiceGrpc.getListFilesMethod(), request.toBuilder().setPageToken(token).build()),
        ListFilesResponse::getFilesList,
        ListFilesResponse::getNextPageToken);
  }

  /**
   * Deletes a file at the upstream.
   *
   * @param fileId as upload gave it
   */
  public void delete(String fileId) {
    DeleteFileRequest request = DeleteFileRequest.newBuilder().setFileId(fileId).build();
    client.look(FilesServiceGrpc.getDeleteFileMethod(), request);
  }

  /**
   * Into a file that is there whole or not at all. Throws UncheckedIOException if it cannot be
   * written.
   *
   * @param fileId as upload gave it
   * @param file is replaced if it is there
   * @return the number of bytes
   */
  public long download(String fileId, Path file) {
    return WholeFiles.write(file, to -> download(fileId, to));
  }

  /**
   * Goes on where it was when the connection breaks. Throws UncheckedIOException if the stream
   * cannot be written.
   *
   * @param fileId as upload gave it
   * @param to is not closed
   * @return the number of bytes
   */
  public long download(String fileId, OutputStream to) {
    AtomicLong done = new AtomicLong();
    DownloadFileRequest.Builder request = DownloadFileRequest.newBuilder().setFileId(fileId);
    try (var parts =
        new PatientStream<>(
            () ->
                client.read(
                    FilesServiceGrpc.getDownloadFileMethod(), request.setOffset(done.get()).build(),
                    CallSettings.defaults(), message -> Optional.of(message).filter(DownloadFileResponse::hasData),
                    DownloadFileResponse::hasCompleted))) {
      for (DownloadFileResponse part : parts) {
        part.getData().writeTo(to);
        done.addAndGet(part.getData().size());
      }
      return done.get();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
