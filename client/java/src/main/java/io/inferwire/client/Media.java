package io.inferwire.client;

import io.inferwire.v1.AudioEnd;
import io.inferwire.v1.AudioFile;
import io.inferwire.v1.AudioServiceGrpc;
import io.inferwire.v1.EditImagesHeader;
import io.inferwire.v1.EditImagesRequest;
import io.inferwire.v1.EditImagesResponse;
import io.inferwire.v1.Image;
import io.inferwire.v1.ImageEditParams;
import io.inferwire.v1.ImageUpload;
import io.inferwire.v1.ImagesServiceGrpc;
import io.inferwire.v1.SpeakRequest;
import io.inferwire.v1.SpeakResponse;
import io.inferwire.v1.SpeechParams;
import io.inferwire.v1.TranscribeHeader;
import io.inferwire.v1.TranscribeRequest;
import io.inferwire.v1.TranscribeResponse;
import io.inferwire.v1.TranscriptionParams;
import io.inferwire.v1.TranslateAudioHeader;
import io.inferwire.v1.TranslateAudioRequest;
import io.inferwire.v1.TranslateAudioResponse;
import io.inferwire.v1.TranslationParams;
import io.inferwire.v1.UploadsEnd;
import java.nio.file.Path;
import java.util.List;

/** Sound and pictures as files. A part of InferwireClient, which has the channel. */
abstract class Media extends Services {
  /** What speaks a text that comes without a model. */
  public static final String DEFAULT_SPEECH_MODEL = "gpt-4o-mini-tts";
  /** Whose voice speaks a text that comes without one. */
  public static final String DEFAULT_VOICE = "alloy";
  /** What writes down a recording that comes without a model. */
  public static final String DEFAULT_TRANSCRIPTION_MODEL = "gpt-4o-transcribe";
  /** What translates a recording that comes without a model. */
  public static final String DEFAULT_TRANSLATION_MODEL = "whisper-1";

  Media() {}

  /**
   * A text in, sound out while it is made.
   *
   * @param text what is to be said
   * @return MP3, to be read or saved, and to be closed
   */
  public Speech speak(String text) {
    SpeechParams.Builder params =
        SpeechParams.newBuilder().setModel(DEFAULT_SPEECH_MODEL).setVoice(DEFAULT_VOICE).setInput(text);
    return speak(SpeakRequest.newBuilder().setParams(params).build(), CallSettings.defaults());
  }

  /**
   * Sound out while it is made.
   *
   * @param request text, model, voice and format
   * @param settings timeout (for the whole stream), metadata and idempotency key of this call
   * @return to be read or saved, and to be closed
   */
  public Speech speak(SpeakRequest request, CallSettings settings) {
    return new Speech(
        read(
            AudioServiceGrpc.getSpeakMethod(), withKey(request, settings), settings, message -> message,
            SpeakResponse::hasCompleted));
  }

  /**
   * A recording in, its text out. Throws UncheckedIOException if the file cannot be read.
   *
   * @param recording a file whose name ends as its format does, e.g. talk.mp3
   * @return what was said, in its language
   */
  public String transcribe(Path recording) {
    TranscriptionParams params = TranscriptionParams.newBuilder().setModel(DEFAULT_TRANSCRIPTION_MODEL).build();
    TranscribeResponse answer = transcribe(params, Upload.of(recording), CallSettings.defaults());
    return answer.getFormatted().isEmpty() ? answer.getTranscription().getText() : answer.getFormatted();
  }

  /**
   * A recording in, what was said out.
   *
   * @param params the model, and how it is to be written down
   * @param recording goes up while it is read; upstream goes by its name's ending
   * @param settings timeout, metadata and idempotency key of this call
   * @return a transcription, or text in the format that was asked for
   */
  public TranscribeResponse transcribe(TranscriptionParams params, Upload recording, CallSettings settings) {
    TranscribeHeader header = TranscribeHeader.newBuilder().setParams(params).setFile(describe(recording)).build();
    TranscribeRequest end = TranscribeRequest.newBuilder().setEnd(AudioEnd.getDefaultInstance()).build();
    return send(
        AudioServiceGrpc.getTranscribeMethod(),
        TranscribeRequest.newBuilder().setHeader(withKey(header, settings)).build(),
        new Form<>(data -> TranscribeRequest.newBuilder().setData(data).build(), end).add(null, recording),
        settings);
  }

  /**
   * A recording in, its text in English out. Throws UncheckedIOException if the file cannot be
   * read.
   *
   * @param recording a file whose name ends as its format does, e.g. talk.mp3
   * @return what was said, in English
   */
  public String translate(Path recording) {
    TranslationParams params = TranslationParams.newBuilder().setModel(DEFAULT_TRANSLATION_MODEL).build();
    TranslateAudioResponse answer = translate(params, Upload.of(recording), CallSettings.defaults());
    return answer.getFormatted().isEmpty() ? answer.getTranscription().getText() : answer.getFormatted();
  }

  /**
   * A recording in, its text in English out.
   *
   * @param params the model, and how it is to be written down
   * @param recording goes up while it is read; upstream goes by its name's ending
   * @param settings timeout, metadata and idempotency key of this call
   * @return a transcription, or text in the format that was asked for
   */
  public TranslateAudioResponse translate(TranslationParams params, Upload recording, CallSettings settings) {
    TranslateAudioHeader header =
        TranslateAudioHeader.newBuilder().setParams(params).setFile(describe(recording)).build();
    TranslateAudioRequest end = TranslateAudioRequest.newBuilder().setEnd(AudioEnd.getDefaultInstance()).build();
    return send(
        AudioServiceGrpc.getTranslateAudioMethod(),
        TranslateAudioRequest.newBuilder().setHeader(withKey(header, settings)).build(),
        new Form<>(data -> TranslateAudioRequest.newBuilder().setData(data).build(), end).add(null, recording),
        settings);
  }

  private static AudioFile describe(Upload recording) {
    AudioFile.Builder file = AudioFile.newBuilder().setFilename(recording.name());
    recording.size().ifPresent(file::setSizeBytes);
    return file.build();
  }

  /**
   * A picture and a wish in, pictures out. Throws UncheckedIOException if the file cannot be read.
   *
   * @param picture a png, jpg or webp file
   * @param prompt what is to be changed
   * @return each with its data or its url
   */
  public List<Image> editImage(Path picture, String prompt) {
    ImageEditParams params =
        ImageEditParams.newBuilder().setModel(DEFAULT_IMAGE_MODEL).setPrompt(prompt).build();
    return editImages(params, List.of(Upload.of(picture)), null, CallSettings.defaults())
        .getResult()
        .getImagesList();
  }

  /**
   * Pictures and a wish in, pictures out.
   *
   * @param params the model, and what is to be changed
   * @param pictures at least one; they go up while they are read
   * @param mask where the first picture is to be changed; null: anywhere
   * @param settings timeout, metadata and idempotency key of this call
   * @return pictures, and what the gateway says of them
   */
  public EditImagesResponse editImages(
      ImageEditParams params, List<Upload> pictures, Upload mask, CallSettings settings) {
    EditImagesHeader.Builder header = EditImagesHeader.newBuilder().setParams(params);
    if (pictures.size() > 1) {
      header.setUploads(pictures.size());
    }
    EditImagesRequest end = EditImagesRequest.newBuilder().setEnd(UploadsEnd.getDefaultInstance()).build();
    Form<EditImagesRequest> form = new Form<>(data -> EditImagesRequest.newBuilder().setData(data).build(), end);
    for (Upload picture : pictures) {
      form.add(begin(picture, false), picture);
    }
    if (mask != null) {
      form.add(begin(mask, true), mask);
    }
    return send(
        ImagesServiceGrpc.getEditImagesMethod(),
        EditImagesRequest.newBuilder().setHeader(withKey(header.build(), settings)).build(), form, settings);
  }

  private static EditImagesRequest begin(Upload picture, boolean mask) {
    String type = Prompt.mimeType(picture.name());
    ImageUpload.Builder upload =
        ImageUpload.newBuilder()
            .setFilename(picture.name())
            .setMimeType(type.startsWith("image/") ? type : "image/png")
            .setMask(mask);
    return EditImagesRequest.newBuilder().setUpload(upload).build();
  }
}
