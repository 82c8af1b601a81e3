/* Every word of the page itself, by language. The part between the braces is plain JSON. */
"use strict";
const STRINGS = {
  "zh": {
    "skip": "跳到输入框",
    "about": "联系",
    "large": "大字",
    "intro": "在这里反映情况、提出建议或投诉请求，并随时查询办理进度。",
    "earlier": "查看更早的消息",
    "log": "聊天记录",
    "side": "列表",
    "newer": "↓ 有新消息",
    "me": "您",
    "office": "工作机构",
    "reply": "回复",
    "reply_to": "回复这条消息：{text}",
    "replying": "回复：",
    "cancel": "取消",
    "close": "关闭",
    "ok": "知道了",
    "menu": "菜单",
    "menu_title": "您可以：",
    "attach": "附件",
    "photo": "照片或视频",
    "file": "文件",
    "place": "我现在的位置",
    "voice": "语音",
    "recording": "正在录音",
    "send_voice": "发送语音",
    "text_label": "您要说的话",
    "text_place": "请输入…",
    "send": "发送",
    "address": "地址",
    "phone": "电话",
    "hours": "接待时间",
    "confirm_title": "要发送这些文件吗？",
    "caption": "说明（可不填）",
    "opens": "（在新窗口打开）",
    "waiting": "等待网络，恢复后自动发送",
    "retrying": "暂时没有成功，稍后自动重试",
    "queued": "排队等待发送",
    "sending": "正在发送…",
    "sent": "已送达",
    "failed": "没有发出：{why}",
    "failed_default": "请检查后重试。",
    "too_much": "内容太大，通向我们的线路不放行。照片请缩小或拍短一点的视频，文件请分开或压缩后再发；文字请分几条。",
    "retry": "重试",
    "remove": "删除",
    "offline": "网络不通。您写的内容会保存在本机，恢复后自动发送。",
    "online": "网络已恢复。",
    "no_cookies": "浏览器不让本网站保存 Cookie，聊天没法继续。请在浏览器设置里允许，再刷新本页；也可以打电话：{phone}。",
    "invited": "这是工作人员的邀请链接，只能用一次。要把这台设备设为工作台吗？",
    "sit_down": "设为工作台",
    "elsewhere": "本页面在别处也打开了。回到这里继续操作后会更新。",
    "loading": "正在打开…",
    "too_large": "“{name}”太大：单个文件最多 20 MB。",
    "count": "{count} / {limit} 字",
    "too_long": "太长了：{count} 字，最多 {limit} 字，还没有发送。请删短些，或存成文件用“附件”发送。",
    "empty_file": "“{name}”是空文件。",
    "too_many": "一次最多选 10 个文件。",
    "no_place": "没有取得位置。您可以用文字写明地点。",
    "no_voice": "无法使用麦克风。请在浏览器中允许，或改用文字。",
    "voice_name": "语音",
    "shared_place": "位置",
    "demo_title": "演示",
    "demo_about": "所有单位、人员和事项都是示例。左边是群众，右边是工作人员。",
    "demo_clock": "演示时间",
    "demo_1d": "过 1 天",
    "demo_7d": "过 7 天",
    "demo_next": "到下一个期限",
    "demo_simulate": "90 天推演",
    "demo_moving": "时间正在推进…",
    "demo_moved": "现在是 {now}",
    "demo_failed": "没有成功，请再试一次。",
    "demo_citizen": "群众",
    "demo_officer": "工作人员",
    "demo_who": "以谁的身份"
  },
  "en": {
    "skip": "Skip to the text box",
    "about": "Contact",
    "large": "Large text",
    "intro": "Tell the office what is wrong, make a suggestion or a complaint, and follow what becomes of it.",
    "earlier": "Show earlier messages",
    "log": "Conversation",
    "side": "List",
    "newer": "↓ New messages",
    "me": "You",
    "office": "The office",
    "reply": "Reply",
    "reply_to": "Reply to this message: {text}",
    "replying": "Replying to: ",
    "cancel": "Cancel",
    "close": "Close",
    "ok": "OK",
    "menu": "Menu",
    "menu_title": "You can:",
    "attach": "Attach",
    "photo": "Photo or video",
    "file": "File",
    "place": "Where I am now",
    "voice": "Voice",
    "recording": "Recording",
    "send_voice": "Send recording",
    "text_label": "Your message",
    "text_place": "Write here…",
    "send": "Send",
    "address": "Address",
    "phone": "Telephone",
    "hours": "Open",
    "confirm_title": "Send these files?",
    "caption": "Description (optional)",
    "opens": " (opens in a new window)",
    "waiting": "Waiting for the network, will be sent by itself",
    "retrying": "That didn't work yet, we will try again by ourselves",
    "queued": "Waiting its turn",
    "sending": "Sending…",
    "sent": "Delivered",
    "failed": "Not sent: {why}",
    "failed_default": "please look it over and try again.",
    "too_much": "it is too large for the line to us. Please send a smaller picture, a shorter film or a smaller file; a text in parts.",
    "retry": "Try again",
    "remove": "Remove",
    "offline": "No connection. What you write is kept on this device and sent when it is back.",
    "online": "Connected again.",
    "no_cookies": "This browser lets us keep no cookie, and the chat can't go on without. Please allow it in the browser's settings and reload this page, or call {phone}.",
    "invited": "This is an invitation for staff, which works once. Shall this device be a desk?",
    "sit_down": "Make it a desk",
    "elsewhere": "This page is open elsewhere too. It follows again once you go on here.",
    "loading": "Opening…",
    "too_large": "“{name}” is too large: at most 20 MB each.",
    "count": "{count} / {limit}",
    "too_long": "Too long: {count} characters, at most {limit}. It isn't sent yet. Please shorten it, or save it as a file and attach it.",
    "empty_file": "“{name}” is empty.",
    "too_many": "At most 10 files at once.",
    "no_place": "We couldn't find out where you are. You can write the place instead.",
    "no_voice": "The microphone can't be used. Please allow it in the browser, or write instead.",
    "voice_name": "Recording",
    "shared_place": "Place",
    "demo_title": "Demo",
    "demo_about": "All offices, people and cases are samples. Citizen on the left, officer on the right.",
    "demo_clock": "Demo time",
    "demo_1d": "1 day later",
    "demo_7d": "7 days later",
    "demo_next": "To the next due date",
    "demo_simulate": "90 days of a case",
    "demo_moving": "Time is passing…",
    "demo_moved": "It is now {now}",
    "demo_failed": "That didn't work. Please try again.",
    "demo_citizen": "Citizen",
    "demo_officer": "Officer",
    "demo_who": "Sit down as"
  }
};

/* The language and the text size, shared by all pages of this browser. */
const keeping = (store) => ({
  get(name) {
    try { return store().getItem(name); } catch { return null; }
  },
  set(name, value) {
    try { store().setItem(name, value); } catch { /* private window: kept for this page only */ }
  },
  drop(name) {
    try { store().removeItem(name); } catch { /* as above */ }
  },
  names() {
    try { return Object.keys(store()); } catch { return []; }
  },
});
const kept = keeping(() => localStorage);
const tabs = keeping(() => sessionStorage); // this tab's alone, through reloads

const words = {
  lang: kept.get("pb-lang") || (/^(zh|yue|wuu|nan|hak|gan|hsn|cjy|cdo|lzh|bo|ug|ii|za|mn)?(-|$)/i.test(navigator.language || "") ? "zh" : "en"),

  say(key, values) {
    const text = STRINGS[words.lang][key] ?? key;
    return values ? text.replace(/\{(\w+)\}/g, (_, name) => values[name]) : text;
  },

  /* Put the words of the language into everything that is marked for it. */
  dress(root) {
    document.documentElement.lang = words.lang === "zh" ? "zh-CN" : "en";
    for (const el of root.querySelectorAll("[data-t]")) el.textContent = words.say(el.dataset.t);
    for (const el of root.querySelectorAll("[data-t-label]")) el.setAttribute("aria-label", words.say(el.dataset.tLabel));
    for (const el of root.querySelectorAll("[data-t-place]")) el.placeholder = words.say(el.dataset.tPlace);
  },

  both(key) {
    return Object.fromEntries(Object.entries(STRINGS).map(([lang, said]) => [lang, said[key]]));
  },

  of(both) {
    return (both && (both[words.lang] || both.zh || both.en)) || "";
  },

  locale() {
    return words.lang === "zh" ? "zh-CN" : "en-GB";
  },

  choose(lang) {
    words.lang = lang in STRINGS ? lang : "zh";
    kept.set("pb-lang", words.lang);
  },
};
if (!(words.lang in STRINGS)) words.lang = "zh";
