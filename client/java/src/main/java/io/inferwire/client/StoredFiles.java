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

  /** purpose: what the upstream allows: batch, fine-tune, user_data, ... */
  public File upload(Path file, String purpose) {
    return upload(Upload.of(file), purpose);
  }

  public File upload(Upload upload, String purpose) {
    UploadFileHeader header = UploadFileHeader.newBuilder().setPurpose(purpose).build();
    return upload(header, upload, CallSettings.defaults()).getFile();
  }

  /** The file's name and size are the upload's where the header has none. */
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

  public File get(String fileId) {
    GetFileRequest request = GetFileRequest.newBuilder().setFileId(fileId).build();
    return client.look(FilesServiceGrpc.getGetFileMethod(), request).getFile();
  }

  /** The youngest first, page after page. */
  public Iterable<File> list() {
    return list(ListFilesRequest.getDefaultInstance());
  }

  public Iterable<File> list(ListFilesRequest request) {
    return Pages.of(
        token ->
            client.look(
                FilesServiceGrpc.getListFilesMethod(), request.toBuilder().setPageToken(token).build()),
        ListFilesResponse::getFilesList,
        ListFilesResponse::getNextPageToken);
  }

  public void delete(String fileId) {
    DeleteFileRequest request = DeleteFileRequest.newBuilder().setFileId(fileId).build();
    client.look(FilesServiceGrpc.getDeleteFileMethod(), request);
  }

  /** Into a file that is there whole or not at all; the number of bytes. */
  public long download(String fileId, Path file) {
    return WholeFiles.write(file, to -> download(fileId, to));
  }

  /** The number of bytes. Goes on where it was when the connection breaks. */
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
