/* A voice message. */
import { $ } from "./base.js";
import { LARGEST, sendFiles } from "./files.js";
import { toast } from "./passing.js";
import { words } from "./strings.js";

let recorder = null;
let recordTimer = 0;
$("record").hidden = !(window.MediaRecorder && navigator.mediaDevices);

async function record() {
  let sound;
  $("record").disabled = true; // one microphone is enough, however often it is pressed
  try {
    sound = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    return toast(words.say("no_voice"));
  } finally {
    $("record").disabled = false;
  }
  const chunks = [];
  recorder = new MediaRecorder(sound);
  recorder.ondataavailable = (event) => chunks.push(event.data);
  recorder.onstop = () => {
    for (const track of sound.getTracks()) track.stop();
    if (recorder.wanted) sendVoice(new Blob(chunks, { type: recorder.mimeType }));
  };
  recorder.start(1000);
  const began = performance.now();
  const tick = () => {
    const seconds = Math.floor((performance.now() - began) / 1000);
    $("recorded").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds >= 300) stopRecording(true);
  };
  tick();
  recordTimer = setInterval(tick, 500);
  $("say").hidden = true;
  $("recording").hidden = false;
  $("record-send").focus();
}

function stopRecording(wanted) {
  clearInterval(recordTimer);
  recorder.wanted = wanted;
  if (recorder.state !== "inactive") recorder.stop();
  $("recording").hidden = true;
  $("say").hidden = false;
  $("text").focus();
}

function sendVoice(blob) {
  const mime = blob.type.split(";")[0] || "audio/webm";
  const ending = { "audio/webm": "webm", "audio/mp4": "m4a", "audio/ogg": "ogg" }[mime] || "bin";
  const file = new File([blob], `${words.say("voice_name")}.${ending}`, { type: mime });
  if (file.size && file.size <= LARGEST) sendFiles([file], "", "voice");
}

$("record").addEventListener("click", record);
$("record-stop").addEventListener("click", () => stopRecording(false));
$("record-send").addEventListener("click", () => stopRecording(true));

/* Whoever spoke has left: nothing of it is sent. */
export function stopListening() {
  if (recorder && recorder.state !== "inactive") stopRecording(false);
}
