#!/bin/sh
# Makes videos and audio files of many kinds with ffmpeg, for the benchmark of the probe.
# Usage: corpus-av.sh FOLDER   (about 5 minutes on two cores; files that exist stay)
set -eu
mkdir -p "$1"
cd "$1"

# make NAME ARGUMENTS...: one file, unless it is there
make() {
  name=$1
  shift
  [ -e "$name" ] && return 0
  ffmpeg -nostdin -hide_banner -loglevel error -y "$@" "partial.$name" && mv "partial.$name" "$name"
}
# picture SIZE RATE SECONDS and tone SECONDS: sources
picture() { echo "testsrc2=size=$1:rate=$2:duration=$3"; }
tone() { echo "sine=frequency=440:sample_rate=48000:duration=$1"; }

V="-f lavfi -i $(picture 640x360 30 4)"
SMALL="-f lavfi -i $(picture 320x180 30 2)"
A="-f lavfi -i $(tone 4)"
H264="-c:v libx264 -preset ultrafast"
H265="-c:v libx265 -preset ultrafast -x265-params log-level=none"
AAC="-c:a aac -b:a 96k"

# --- MP4, MOV, M4V: pixel formats, brands, order of the boxes
for p in yuv420p yuv422p yuv444p yuv420p10le yuv422p10le yuv444p10le gray yuvj420p yuvj422p yuvj444p; do
  make h264-$p.mp4 $V $A $H264 $AAC -pix_fmt $p -brand mp42
done
make h264-rgb.mp4 $SMALL -c:v libx264rgb -preset ultrafast -pix_fmt rgb24
for p in yuv420p yuv422p yuv444p yuv420p10le yuv422p10le yuv444p10le yuv420p12le gray gbrp yuvj420p; do
  make h265-$p.mp4 $SMALL $H265 -tag:v hvc1 -pix_fmt $p
done
make h265-hev1.mp4 $SMALL $A $H265 -tag:v hev1 -pix_fmt yuv420p $AAC
for p in yuv420p yuv420p10le; do
  make av1-$p.mp4 $SMALL -c:v libsvtav1 -preset 12 -pix_fmt $p
done
for p in yuv444p gray; do
  make av1-$p.mp4 -f lavfi -i "$(picture 160x90 30 1)" -c:v libaom-av1 -cpu-used 8 -pix_fmt $p
done
for p in yuv420p yuv422p yuv444p yuv420p10le; do
  make vp9-$p.mp4 $SMALL -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -pix_fmt $p
done
make mpeg4.mp4 $V $A -c:v mpeg4 $AAC
make mpeg2.mp4 $V $A -c:v mpeg2video $AAC
make isom-end.mp4 $V $A $H264 $AAC -pix_fmt yuv420p
make mp42-faststart.mp4 $V $A $H264 $AAC -pix_fmt yuv420p -brand mp42 -movflags +faststart
make ipod.m4v $V $A $H264 $AAC -pix_fmt yuv420p -f ipod
make qt-end.mov $V $A $H264 $AAC -pix_fmt yuv420p
make qt-faststart.mov $V $A $H264 $AAC -pix_fmt yuv420p -movflags +faststart
for n in 0 2 3 4; do
  make prores-$n.mov $SMALL $A -c:v prores_ks -profile:v $n -c:a pcm_s16le
done
make prores-alpha.mov $SMALL -vf format=yuva444p10le -c:v prores_ks -profile:v 4 -alpha_bits 16
for p in yuvj420p yuvj422p yuvj444p; do
  make mjpeg-$p.mov $SMALL -c:v mjpeg -pix_fmt $p
done
make v210.mov -f lavfi -i "$(picture 160x90 25 1)" -c:v v210
make dnxhd.mov -f lavfi -i "$(picture 1280x720 25 1)" -c:v dnxhd -b:v 60M -pix_fmt yuv422p
make png.mov -f lavfi -i "$(picture 160x90 25 1)" -c:v png -pix_fmt rgb24
for r in 90 180 270; do
  make rotated-$r.mp4 -i mp42-faststart.mp4 -c copy -metadata:s:v rotate=$r -brand mp42
done

# --- audio in MP4
make ac3.mp4 $V $A $H264 -pix_fmt yuv420p -c:a ac3
make eac3.mp4 $V $A $H264 -pix_fmt yuv420p -c:a eac3
make mp3.mp4 $V $A $H264 -pix_fmt yuv420p -c:a libmp3lame
make opus.mp4 $V $A $H264 -pix_fmt yuv420p -c:a libopus
make flac.mp4 $V $A $H264 -pix_fmt yuv420p -c:a flac -strict -2
make alac.mov $V $A $H264 -pix_fmt yuv420p -c:a alac
make surround.mp4 $V $A $H264 -pix_fmt yuv420p -c:a aac -ac 6
make two-sounds.mp4 $V $A $A $H264 -pix_fmt yuv420p $AAC -map 0 -map 1 -map 2
make silent.mp4 $V $H264 -pix_fmt yuv420p

# --- time: frame rates, variable, edit lists, fragments, odd sizes
for r in 24000/1001 30000/1001 25 60 15 1; do
  make "fps-$(echo $r | tr / -).mp4" -f lavfi -i "$(picture 320x180 $r 5)" $H264 -pix_fmt yuv420p
done
make variable.mp4 -f lavfi -i "$(picture 320x180 30 6)" -vf "select='if(lt(t,3),1,not(mod(n,3)))'" \
  -vsync vfr $H264 -pix_fmt yuv420p
make variable.mkv -i variable.mp4 -c copy
make variable-one-gap.mp4 -f lavfi -i "$(picture 320x180 30 6)" -vf "select='lt(n,60)+gt(n,90)'" \
  -vsync vfr $H264 -pix_fmt yuv420p
make milliseconds.mp4 $V $H264 -pix_fmt yuv420p -video_track_timescale 1000
make b-frames.mp4 $V -c:v libx264 -preset medium -bf 3 -pix_fmt yuv420p
make cut.mp4 -ss 1.3 -i b-frames.mp4 -c copy
make interlaced.mp4 -f lavfi -i "$(picture 720x576 25 2)" $H264 -flags +ildct+ilme -pix_fmt yuv420p
make anamorphic.mp4 -f lavfi -i "$(picture 640x480 25 2)" -vf setsar=4/3 $H264 -pix_fmt yuv420p
make cropped.mp4 -f lavfi -i "$(picture 638x358 25 2)" $H264 -pix_fmt yuv420p
make cropped-h265.mp4 -f lavfi -i "$(picture 638x358 25 2)" $H265 -pix_fmt yuv420p
make one-frame.mp4 -f lavfi -i "$(picture 640x360 25 1)" -frames:v 1 $H264 -pix_fmt yuv420p
make heavy.mp4 -f lavfi -i "$(picture 1920x1080 30 8)" -f lavfi -i "$(tone 8)" $H264 $AAC -b:v 20M \
  -maxrate 20M -bufsize 20M -nal-hrd cbr -pix_fmt yuv420p
F="-movflags frag_keyframe+empty_moov+default_base_moof"
make fragments.mp4 $V $A $H264 $AAC -g 30 -pix_fmt yuv420p $F
make fragments-sidx.mp4 $V $A $H264 $AAC -g 30 -pix_fmt yuv420p $F+global_sidx
make fragments-hybrid.mp4 $V $A $H264 $AAC -g 30 -pix_fmt yuv420p -movflags frag_keyframe
make fragments-dash.mp4 $V $H264 -g 30 -pix_fmt yuv420p -movflags dash+frag_keyframe+empty_moov
make location.mov $SMALL $H264 -pix_fmt yuv420p -metadata location=+10.0000+020.0000/

# --- Matroska, WebM
for p in yuv420p yuv444p yuv420p10le; do
  make vp9-$p.webm $SMALL -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -pix_fmt $p
done
make vp8-vorbis.webm $V $A -c:v libvpx -deadline realtime -cpu-used 8 -pix_fmt yuv420p -c:a libvorbis
make vp9-opus.webm $V $A -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -pix_fmt yuv420p -c:a libopus
make av1.webm $SMALL -c:v libsvtav1 -preset 12 -pix_fmt yuv420p
make live.webm -i vp9-opus.webm -c copy -f webm -live 1
make opus.webm $A -c:a libopus
make h264.mkv $V $A $H264 $AAC -pix_fmt yuv420p
make h264-444.mkv $V $A $H264 -pix_fmt yuv444p -c:a flac
make h264-yuvj420p.mkv $V $A $H264 -pix_fmt yuvj420p -c:a pcm_s16le
make h265-ac3.mkv $V $A $H265 -pix_fmt yuv420p10le -c:a ac3
make mpeg4-mp3.mkv $V $A -c:v mpeg4 -c:a libmp3lame
make mjpeg.mkv $SMALL -c:v mjpeg -pix_fmt yuvj422p
make ffv1.mkv -f lavfi -i "$(picture 160x90 25 1)" -c:v ffv1 -pix_fmt yuv420p
make audio.mka $A -c:a libvorbis

# --- AVI
make mpeg4-mp3.avi $V $A -c:v mpeg4 -c:a libmp3lame
make h264-mp3.avi $V $A $H264 -pix_fmt yuv420p -c:a libmp3lame
make mjpeg-pcm.avi $V $A -c:v mjpeg -pix_fmt yuvj422p -c:a pcm_s16le
make raw.avi -f lavfi -i "$(picture 160x90 25 1)" -c:v rawvideo -pix_fmt bgr24
make fps-2997.avi -f lavfi -i "$(picture 320x180 30000/1001 4)" -c:v mpeg4
make drops.avi -i variable-one-gap.mp4 -vsync passthrough -c:v mpeg4

# --- MPEG transport streams
make h264-aac.ts $V $A $H264 $AAC -pix_fmt yuv420p
make h264-b-frames.ts $V $A -c:v libx264 -preset medium -pix_fmt yuv420p -c:a ac3
make h265-aac.ts $V $A $H265 -pix_fmt yuv420p10le $AAC
make mpeg2-mp2.ts $V $A -c:v mpeg2video -b:v 2M -c:a mp2
make h264.m2ts $V $A $H264 -pix_fmt yuv420p -c:a ac3 -f mpegts -mpegts_m2ts_mode 1
make fps-2997.ts -f lavfi -i "$(picture 320x180 30000/1001 4)" $H264 -pix_fmt yuv420p
make sound.ts $A $AAC

# --- long ones
make long.mp4 -f lavfi -i "$(picture 320x240 30 600)" -f lavfi -i "$(tone 600)" $H264 -crf 40 -bf 2 \
  -pix_fmt yuv420p -c:a aac -b:a 64k -brand mp42
make long-faststart.mp4 -i long.mp4 -c copy -brand mp42 -movflags +faststart
make long-fragments.mp4 -i long.mp4 -c copy $F
make long.mkv -i long.mp4 -c copy
make long.avi -i long.mp4 -c copy
make long.ts -i long.mp4 -c copy
make two-hours.mp4 -stream_loop 11 -i long.mp4 -c copy -brand mp42
make two-hours-faststart.mp4 -i two-hours.mp4 -c copy -movflags +faststart

# --- sound
S="-f lavfi -i sine=frequency=440:sample_rate=44100:duration=8"
N="-f lavfi -i anoisesrc=duration=8:color=pink:sample_rate=48000:amplitude=0.3"
LONG="-f lavfi -i anoisesrc=duration=600:color=pink:sample_rate=44100:amplitude=0.3 -ac 2"
make cbr.mp3 $S -c:a libmp3lame -b:a 128k
make cbr-bare.mp3 $N -c:a libmp3lame -b:a 128k -write_xing 0 -id3v2_version 0
make vbr.mp3 $N -c:a libmp3lame -q:a 4
make vbr-bare.mp3 $N -c:a libmp3lame -q:a 4 -write_xing 0
make mpeg2-layer3.mp3 $S -ar 22050 -c:a libmp3lame -b:a 64k
make mono-8k.mp3 $S -ar 8000 -ac 1 -c:a libmp3lame
make long-vbr.mp3 $LONG -c:a libmp3lame -q:a 4
make long-vbr-bare.mp3 $LONG -c:a libmp3lame -q:a 4 -write_xing 0
make cover.jpg -f lavfi -i "$(picture 1600x1600 1 1)" -frames:v 1 -q:v 1
make cover.mp3 $S -i cover.jpg -map 0 -map 1 -c:a libmp3lame -b:a 128k -c:v copy -id3v2_version 3
make cover.flac $S -i cover.jpg -map 0 -map 1 -c:a flac -c:v copy -disposition:v attached_pic
make cover.m4a $S -i cover.jpg -map 0 -map 1 -c:a aac -c:v copy -disposition:v attached_pic
rm -f cover.jpg
for c in pcm_u8 pcm_s16le pcm_s24le pcm_s32le pcm_f32le pcm_f64le pcm_alaw pcm_mulaw adpcm_ima_wav adpcm_ms; do
  make $c.wav $S -c:a $c
done
make surround.wav $N -ac 6 -c:a pcm_s16le
make rf64.wav $S -c:a pcm_s16le -rf64 always
make long.wav $LONG -c:a pcm_s16le
[ -e piped.wav ] || ffmpeg -nostdin -loglevel error $S -c:a pcm_s16le -f wav - | cat >piped.wav
make s16.flac $S -c:a flac
make s24.flac $N -c:a flac -sample_fmt s32 -ac 2
make long.flac $LONG -c:a flac
make vorbis.ogg $S -c:a libvorbis
make opus.opus $S -c:a libopus
make opus.ogg $S -c:a libopus
make flac.ogg $S -c:a flac
make speex.ogg $S -ar 16000 -c:a libspeex
make long.ogg $LONG -c:a libvorbis
make long.opus $LONG -c:a libopus
make theora.ogv $V $A -c:v libtheora -c:a libvorbis
make aac-end.m4a $S -c:a aac
make aac-faststart.m4a $S -c:a aac -movflags +faststart
make alac.m4a $S -c:a alac
make alac-24.m4a $N -c:a alac -sample_fmt s32p
make long.m4a $LONG -c:a aac
make adts.aac $S -c:a aac -f adts
make long-adts.aac $LONG -c:a aac -f adts
make s16.aiff $S -c:a pcm_s16be
make s24.aiff $N -ac 2 -c:a pcm_s24be
make sowt.aifc $S -c:a pcm_s16le -f aiff
ls | wc -l
