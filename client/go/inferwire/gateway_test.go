package inferwire

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// A client of the real gateway, whose provider is the simulator.
func realClient(t *testing.T) *Client {
	t.Helper()
	if os.Getenv("INFERWIRE_SERVER") == "" {
		t.Skip("INFERWIRE_SERVER names no gateway")
	}
	client, err := Connect("", Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func TestRealParse(t *testing.T) {
	client, ctx := realClient(t), context.Background()
	parsed, err := Parse[struct {
		Kind string   `json:"kind" enum:"a,b"`
		Tags []string `json:"tags" jsonschema:"minItems=1"`
		Note *string  `json:"note"`
	}](ctx, client, "Say something.")
	if err != nil || parsed.Value.Kind != "a" && parsed.Value.Kind != "b" || len(parsed.Value.Tags) == 0 {
		t.Fatal(parsed, err)
	}
	if cost, priced := parsed.Cost(); cost <= 0 || !priced {
		t.Error(cost, priced)
	}
	if list, err := Parse[map[string]int](ctx, client, "Say something."); err != nil {
		t.Error(list, err)
	}
	if _, err := Parse[city](ctx, client, "Say something.", WithModel("gpt-4.1-mini+refusal")); !errors.Is(err, ErrRefused) {
		t.Error(err)
	}
	if _, err := Parse[city](ctx, client, "Say something.", WithMaxTokens(1)); !errors.Is(err, ErrCutOff) {
		t.Error(err)
	}
}

func TestRealTools(t *testing.T) {
	asked := ""
	weather := Func("get_weather", "The weather.", func(_ context.Context, in struct {
		City string `json:"city"`
	}) (string, error) {
		asked = in.City
		return "18 degrees", nil
	})
	run, err := RunTools(context.Background(), realClient(t), "Use get_weather.", 4, []Function{weather})
	if err != nil || run.Rounds != 2 || asked == "" || run.Text() == "" {
		t.Fatal(run, asked, err)
	}
}

func TestRealFiles(t *testing.T) {
	client, ctx := realClient(t), context.Background()
	content := strings.Repeat("{}\n", 300_000)
	// The simulator, as the real API, gives back no user_data.
	header := inferwirev1.UploadFileHeader{Purpose: "batch", Filename: "items.jsonl"}
	file, err := client.UploadFile(ctx, strings.NewReader(content), &header)
	if err != nil || file.GetSizeBytes() != int64(len(content)) || file.GetFilename() != "items.jsonl" {
		t.Fatal(file, err)
	}
	var into bytes.Buffer
	if size, err := client.DownloadFile(ctx, file.FileId, &into); err != nil || size != int64(len(content)) || into.String() != content {
		t.Error(size, err)
	}
	listed := false
	for each, err := range client.ListFiles(ctx, nil) {
		if err != nil {
			t.Fatal(err)
		}
		listed = listed || each.FileId == file.FileId
	}
	if known, err := client.GetFile(ctx, file.FileId); err != nil || known.FileId != file.FileId || !listed {
		t.Error(known, listed, err)
	}
	if err := client.DeleteFile(ctx, file.FileId); err != nil {
		t.Error(err)
	}
	if _, err := client.DownloadFile(ctx, file.FileId, io.Discard); status.Code(err) != codes.NotFound {
		t.Error(err)
	}
}

func TestRealMedia(t *testing.T) {
	client, ctx := realClient(t), context.Background()
	speech, err := client.SpeakText(ctx, "Good morning")
	if err != nil {
		t.Fatal(err)
	}
	sound, err := io.ReadAll(speech)
	if err != nil || speech.Completed().GetSizeBytes() != int64(len(sound)) || !strings.HasPrefix(speech.ContentType, "audio/") {
		t.Error(len(sound), speech.Completed(), err)
	}
	sum := sha256.Sum256(sound)
	path := t.TempDir() + "/talk.mp3"
	if err := os.WriteFile(path, sound, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, listen := range map[string]func(io.Reader) (string, error){
		"transcribe": func(file io.Reader) (string, error) { return client.TranscribeFile(ctx, file) },
		"translate":  func(file io.Reader) (string, error) { return client.TranslateFile(ctx, file) },
	} {
		recording, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := listen(recording)
		_ = recording.Close()
		if err != nil || !strings.Contains(text, hex.EncodeToString(sum[:])) || !strings.Contains(text, "talk.mp3") {
			t.Error(name, text, err)
		}
	}
	pictures := []io.Reader{strings.NewReader("\x89PNG one"), strings.NewReader("\x89PNG two")}
	if image, err := client.EditImage(ctx, "at night", pictures); err != nil || len(image.Data) == 0 {
		t.Error(image, err)
	}
}
